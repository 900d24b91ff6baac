// SPDX-License-Identifier: Apache-2.0
// A small spiking network with something to run.
#pragma once

#include <vector>

#include "host/snn/map.h"
#include "host/snn/runner.h"
#include "tests/unit/host/snn/networks.h"

namespace photic::survival {

inline constexpr uint32_t kStepsOfASample = 16;
inline constexpr size_t kSamples = 24;

/// A network for the geometry `tiny` and samples for it.
struct SmallInference {
  explicit SmallInference(uint64_t seed) : draw(seed) {
    const host::snn::IntegerNetwork network = host::snn::test::random_rows(7);
    width = static_cast<uint32_t>(graph::elements(network.input_shape));
    program = host::snn::map_network(network, *abi::find_spu_preset("tiny"));
    for (size_t s = 0; s < kSamples; ++s) {
      samples.push_back(sample(kStepsOfASample));
    }
  }

  host::SpikeTrain sample(uint32_t steps) {
    std::vector<host::SpikeEvent> events;
    for (uint32_t t = 0; t < steps; ++t) {
      for (uint32_t i = 0; i < width; ++i) {
        if (draw.chance(40)) {
          events.push_back({t, i, 1});
        }
      }
    }
    return host::make_spike_train(steps, width, events);
  }

  host::snn::test::Draw draw;
  uint32_t width = 0;
  host::snn::Program program;
  std::vector<host::SpikeTrain> samples;
};

/// Outputs of every step, a command for each sample.
inline host::snn::RunOptions one_at_a_time() {
  host::snn::RunOptions options;
  options.record = host::snn::RunOptions::Record::kSteps;
  options.samples_a_command = 1;
  return options;
}

/// What its counters counted; the signature is no sum.
inline std::vector<host::snn::UnitCounters> activity(host::snn::Runner& runner) {
  std::vector<host::snn::UnitCounters> counters = runner.counters();
  for (auto& unit : counters) {
    unit[static_cast<size_t>(abi::SpuCounter::SIGNATURE)] = 0;
  }
  return counters;
}

}  // namespace photic::survival
