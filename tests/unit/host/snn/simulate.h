// SPDX-License-Identifier: Apache-2.0
// The neuron equation of docs/reference/spu-device.md 2.6, written down again from the page, on an
// IntegerNetwork: what a mapped network must compute. No cores, no packets, no tables.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "host/snn/for_each_synapse.h"
#include "host/snn/integer_network.h"

namespace photic::host::snn::test {

/// An event of one step: source element and payload.
struct InputEvent {
  uint32_t source;
  int32_t payload;
};
using InputSteps = std::vector<std::vector<InputEvent>>;

class Simulation {
 public:
  explicit Simulation(const IntegerNetwork& network) : network_(network), into_(network.connections.size()) {
    for (const Population& population : network.populations) {
      states_.emplace_back(population.size());
      inbox_.emplace_back(kSlots, std::vector<int64_t>(population.size()));
    }
    for (size_t c = 0; c < into_.size(); ++c) {
      into_[c].resize(graph::elements(source_shape(network, network.connections[c])));
      for_each_synapse(network, network.connections[c],
                       [&](const Synapse& s) { into_[c][s.source].push_back(s); });
    }
  }

  /// One step: payloads of every population, row-major (0: nothing was sent).
  std::vector<std::vector<int32_t>> step(const std::vector<InputEvent>& inputs) {
    for (const InputEvent& event : inputs) {
      deliver(kInput, event.source, event.payload, 0);
    }
    std::vector<std::vector<int32_t>> sent;
    for (size_t p = 0; p < states_.size(); ++p) {
      sent.emplace_back(states_[p].size());
      std::vector<int64_t>& slot = inbox_[p][now_ % kSlots];
      for (size_t n = 0; n < states_[p].size(); ++n) {
        sent[p][n] = update(network_.populations[p].neuron(n), states_[p][n], slot[n]);
        slot[n] = 0;
      }
    }
    for (size_t p = 0; p < sent.size(); ++p) {
      for (size_t n = 0; n < sent[p].size(); ++n) {
        if (sent[p][n] != 0) {
          deliver(p, static_cast<uint32_t>(n), sent[p][n], 1);
        }
      }
    }
    ++now_;
    return sent;
  }

  int64_t voltage(size_t population, size_t neuron) const { return states_[population][neuron].v; }
  int64_t current(size_t population, size_t neuron) const { return states_[population][neuron].u; }

 private:
  static constexpr size_t kSlots = 256;
  struct State {
    int64_t u = 0, v = 0, a = 0, refractory = 0;
  };

  static int64_t clip(int64_t x, int bits) {
    const int64_t top = int64_t{1} << (bits - 1);
    return std::min(std::max(x, -top), top - 1);
  }

  static int64_t decayed(int64_t x, int64_t decay, Rounding rounding) {
    const int64_t kept = 4096 - decay;
    if (rounding == Rounding::kFloor || x >= 0) {
      return (x * kept) >> 12;
    }
    return -((-x * kept) >> 12);
  }

  void deliver(size_t source, uint32_t element, int64_t payload, size_t late) {
    for (size_t c = 0; c < into_.size(); ++c) {
      const Connection& connection = network_.connections[c];
      if (connection.source != source) {
        continue;
      }
      for (const Synapse& s : into_[c][element]) {
        const size_t slot = (now_ + late + connection.delay + s.delay) % kSlots;
        inbox_[connection.target][slot][s.target] += clip(payload * s.weight, 24);
      }
    }
  }

  static int32_t update(const NeuronModel& m, State& s, int64_t sum) {
    int64_t i = clip(sum, 24);
    if (m.accumulator_wraps) {
      i = sum & 0xFFFFFF;
      i -= i >= 0x800000 ? 0x1000000 : 0;
    }
    s.u = clip(decayed(s.u, m.current_decay, m.rounding) + 64 * i, 24);
    int64_t x = clip(decayed(s.v, m.voltage_decay, m.rounding) + s.u +
                         int64_t{m.bias_mantissa} * (int64_t{1} << m.bias_exponent),
                     24);
    s.a = decayed(s.a, m.adaptation_decay, m.rounding);
    const int64_t level = 64 * int64_t{m.threshold} + s.a;
    bool z = false;
    if (s.refractory > 0) {
      --s.refractory;
      x = m.refractory_holds ? m.rest_voltage : x;
    } else {
      z = !m.never_fires && (x > level || (m.fires_at_threshold && x == level));
    }
    s.v = x;
    if (z) {
      s.v = m.reset == Reset::kToValue    ? m.reset_voltage
            : m.reset == Reset::kSubtract ? clip(x - level, 24)
                                          : x;
      s.refractory = m.refractory_steps;
      s.a = clip(s.a + m.adaptation_step, 24);
    }
    const auto graded = static_cast<int32_t>(clip(x >> m.graded_shift, 16));
    switch (m.emission) {
      case Emission::kSilent:
        return 0;
      case Emission::kSpike:
        return z ? 1 : 0;
      case Emission::kGradedSpike:
        return z ? graded : 0;
      case Emission::kGradedEveryStep:
        return graded;
    }
    return 0;
  }

  const IntegerNetwork& network_;
  std::vector<std::vector<std::vector<Synapse>>> into_;  // of each connection, by source element
  std::vector<std::vector<State>> states_;
  std::vector<std::vector<std::vector<int64_t>>> inbox_;  // population, slot, neuron
  size_t now_ = 0;
};

}  // namespace photic::host::snn::test
