// SPDX-License-Identifier: Apache-2.0
// Every index and number once, before anything is built on it.
#include "host/snn/check_network.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "drivers/abi/spiking.h"
#include "host/snn/for_each_synapse.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;
using abi::SpuNeuron0;
using abi::SpuNeuron1;
using abi::SpuNeuron2;

constexpr int32_t kFullDecay = 4096;
constexpr int32_t kLargestPayload = 32767;

[[noreturn]] void bad(const std::string& place, const std::string& parameter, const std::string& what) {
  throw SnnError(Kind::kBadNetwork, place, parameter, what, "correct the network");
}

void check_neuron(const std::string& place, const NeuronModel& neuron) {
  const auto decay = [&](const char* name, int32_t value) {
    if (value < 0 || value > kFullDecay) {
      bad(place, name, std::to_string(value) + " is no decay from 0 to 4096");
    }
  };
  const auto number = [&](const char* name, abi::WordField field, int32_t value) {
    if (!field.fits_signed(value)) {
      bad(place, name,
          std::to_string(value) + " does not fit " + std::to_string(field.width) + " bits with a sign");
    }
  };
  decay("current_decay", neuron.current_decay);
  decay("voltage_decay", neuron.voltage_decay);
  decay("adaptation_decay", neuron.adaptation_decay);
  number("threshold", SpuNeuron1::kThreshold, neuron.threshold);
  number("reset_voltage", SpuNeuron1::kVReset, neuron.reset_voltage);
  number("bias_mantissa", SpuNeuron1::kBias, neuron.bias_mantissa);
  number("rest_voltage", SpuNeuron2::kVRest, neuron.rest_voltage);
  number("adaptation_step", SpuNeuron2::kAdaptationStep, neuron.adaptation_step);
  if (!SpuNeuron0::kRefractory.fits(neuron.refractory_steps)) {
    bad(place, "refractory_steps", std::to_string(neuron.refractory_steps) + " is above 63");
  }
  if (!SpuNeuron0::kBiasExponent.fits(neuron.bias_exponent)) {
    bad(place, "bias_exponent", std::to_string(neuron.bias_exponent) + " is above 7");
  }
  if (!SpuNeuron0::kGradedShift.fits(neuron.graded_shift)) {
    bad(place, "graded_shift", std::to_string(neuron.graded_shift) + " is above 31");
  }
}

void check_size(const std::string& place, const char* what, size_t have, size_t want) {
  if (have != want) {
    bad(place, "",
        std::string(what) + ": " + std::to_string(have) + " where " + std::to_string(want) + " belong");
  }
}

/// Positions of a window along one axis, or 0.
size_t positions(size_t input, size_t padding, size_t kernel, size_t dilation, size_t stride) {
  const size_t window = dilation * (kernel - 1) + 1;
  return kernel == 0 || stride == 0 || dilation == 0 || input + 2 * padding < window
             ? 0
             : (input + 2 * padding - window) / stride + 1;
}

struct SynapseCheck {
  const std::string& place;
  const Shape& source;
  const Shape& target;

  void operator()(const DenseSynapses& dense) const {
    check_size(place, "weights", dense.weights.size(), graph::elements(source) * graph::elements(target));
  }
  void operator()(const SparseSynapses& sparse) const {
    for (const Synapse& synapse : sparse.synapses) {
      if (synapse.source >= graph::elements(source) || synapse.target >= graph::elements(target)) {
        bad(place, "synapses",
            "a synapse from " + std::to_string(synapse.source) + " to " + std::to_string(synapse.target) +
                " leaves its populations");
      }
    }
  }
  void operator()(const ConvolutionSynapses& conv) const {
    planes();
    if (conv.groups == 0 || source[0] % conv.groups != 0 || target[0] % conv.groups != 0) {
      bad(place, "groups", std::to_string(conv.groups) + " does not divide the channels");
    }
    check_size(place, "kernel", conv.kernel.size(),
               target[0] * (source[0] / conv.groups) * conv.kernel_size.first * conv.kernel_size.second);
    windows(conv, conv.dilation);
  }
  void operator()(const PoolSynapses& pool) const {
    planes();
    check_size(place, "channels", target[0], source[0]);
    windows(pool, {1, 1});
  }

 private:
  void planes() const {
    if (source.size() != 3 || target.size() != 3) {
      bad(place, "",
          "joins shapes " + graph::to_string(source) + " and " + graph::to_string(target) +
              " where both have channels, y and x");
    }
  }
  template <typename Window>
  void windows(const Window& w, std::pair<size_t, size_t> dilation) const {
    check_size(place, "rows", target[1],
               positions(source[1], w.padding.first, w.kernel_size.first, dilation.first, w.stride.first));
    check_size(
        place, "columns", target[2],
        positions(source[2], w.padding.second, w.kernel_size.second, dilation.second, w.stride.second));
  }
};

}  // namespace

void check_network(const IntegerNetwork& network) {
  for (const Population& population : network.populations) {
    if (population.size() == 0 || population.size() >= std::numeric_limits<uint32_t>::max()) {
      bad(population.name, "shape", "has no neurons, or too many to number");
    }
    if (population.neurons.size() != 1) {
      check_size(population.name, "neurons", population.neurons.size(), population.size());
    }
    for (const NeuronModel& neuron : population.neurons) {
      check_neuron(population.name, neuron);
    }
  }
  for (const Connection& connection : network.connections) {
    const size_t count = network.populations.size();
    if (connection.target >= count || (connection.source != kInput && connection.source >= count)) {
      bad(connection.name, "", "joins a population that is not there");
    }
    std::visit(SynapseCheck{connection.name, source_shape(network, connection),
                            network.populations[connection.target].shape},
               connection.synapses);
  }
  for (const size_t output : network.outputs) {
    if (output >= network.populations.size()) {
      bad("network", "outputs", "names a population that is not there");
    }
    for (const NeuronModel& neuron : network.populations[output].neurons) {
      if (neuron.emission == Emission::kSilent) {
        bad(network.populations[output].name, "emission", "the host listens to it, and it is silent");
      }
    }
  }
}

int64_t worst_input(const IntegerNetwork& network, size_t population, int32_t input_payload) {
  std::vector<int64_t> sums(network.populations[population].size());
  for (const Connection& connection : network.connections) {
    if (connection.target != population) {
      continue;
    }
    const Population* source =
        connection.source == kInput ? nullptr : &network.populations[connection.source];
    for_each_synapse(network, connection, [&](const Synapse& synapse) {
      int64_t payload = std::abs(int64_t{input_payload});
      if (source != nullptr) {
        const Emission emission = source->neuron(synapse.source).emission;
        payload = emission == Emission::kSilent ? 0 : emission == Emission::kSpike ? 1 : kLargestPayload;
      }
      // One contribution is clipped to 24 bits before it is added.
      sums[synapse.target] +=
          std::min<int64_t>(payload * std::abs(int64_t{synapse.weight}), int64_t{1} << 23);
    });
  }
  return sums.empty() ? 0 : *std::max_element(sums.begin(), sums.end());
}

void check_accumulators(const IntegerNetwork& network, int32_t input_payload) {
  for (size_t p = 0; p < network.populations.size(); ++p) {
    const int64_t worst = worst_input(network, p, input_payload);
    if (worst > std::numeric_limits<int32_t>::max()) {
      throw SnnError(Kind::kOverflow, network.populations[p].name, "",
                     "a step in which every source sends at once adds up to " + std::to_string(worst) +
                         ", more than the 32 bits of an accumulator",
                     "use smaller weights or payloads, or fewer synapses a neuron");
    }
  }
}

}  // namespace photic::host::snn
