// SPDX-License-Identifier: Apache-2.0
// A plain execution of an integer network of dense layers with one neuron model each: enough to see whether
// the weights lie as the network's author meant them. Decays toward zero, fires above the threshold, resets
// to 0; binary spikes; a layer's spikes reach the next one a step later.
#pragma once

#include <cstdlib>
#include <vector>

#include "host/snn/integer_network.h"

namespace photic::host::test {

/// Spikes of each output after `steps` steps; `events[t]` are the inputs that are active in step t.
inline std::vector<int> run_dense(const snn::IntegerNetwork& network,
                                  const std::vector<std::vector<size_t>>& events, size_t steps) {
  const auto decayed = [](int64_t x, int32_t decay) {
    const int64_t kept = (std::abs(x) * (4096 - decay)) >> 12;
    return x < 0 ? -kept : kept;
  };
  struct Layer {
    std::vector<int64_t> u, v;
    std::vector<size_t> fired;
  };
  std::vector<Layer> layers;
  for (const snn::Population& population : network.populations) {
    layers.push_back({std::vector<int64_t>(population.size()), std::vector<int64_t>(population.size()), {}});
  }
  std::vector<int> counts(network.populations.back().size(), 0);
  for (size_t t = 0; t < steps; ++t) {
    for (size_t l = layers.size(); l-- > 0;) {
      const auto& weights = std::get<snn::DenseSynapses>(network.connections[l].synapses).weights;
      const snn::NeuronModel& model = network.populations[l].neurons[0];
      const size_t inputs = weights.size() / layers[l].u.size();
      std::vector<size_t> sources;
      if (l > 0) {
        sources = layers[l - 1].fired;  // of the step before: layers run last to first
      } else if (t < events.size()) {
        sources = events[t];
      }
      std::vector<size_t> fired;
      for (size_t j = 0; j < layers[l].u.size(); ++j) {
        int64_t sum = 0;
        for (const size_t i : sources) {
          sum += weights[j * inputs + i];
        }
        layers[l].u[j] = decayed(layers[l].u[j], model.current_decay) + sum * 64;
        layers[l].v[j] = decayed(layers[l].v[j], model.voltage_decay) + layers[l].u[j] +
                         model.bias_mantissa * (int64_t{1} << model.bias_exponent);
        if (layers[l].v[j] > int64_t{model.threshold} * 64) {
          layers[l].v[j] = 0;
          fired.push_back(j);
        }
      }
      layers[l].fired = fired;
      if (l + 1 == layers.size()) {
        for (const size_t j : fired) {
          ++counts[j];
        }
      }
    }
  }
  return counts;
}

/// Index of the largest count, the lowest on a tie.
inline size_t winner(const std::vector<int>& counts) {
  size_t best = 0;
  for (size_t i = 1; i < counts.size(); ++i) {
    best = counts[i] > counts[best] ? i : best;
  }
  return best;
}

}  // namespace photic::host::test
