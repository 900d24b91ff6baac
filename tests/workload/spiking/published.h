// SPDX-License-Identifier: Apache-2.0
// The published integer networks on a device, sample by sample: what their authors' simulators gave is what
// every target must give.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "host/snn/runner.h"
#include "host/snn/snn_error.h"
#include "tools/photic/spiking_data.h"
#include "tools/photic/spiking_network.h"
#include "tools/photic/spiking_run.h"

namespace photic::tools::test {

/// $PHOTIC_DATA, or an empty path.
inline std::filesystem::path data_folder() {
  const char* folder = std::getenv("PHOTIC_DATA");
  return folder == nullptr ? "" : folder;
}

/// The program of a network on a geometry. `heard`: the host listens to every population, not to the outputs
/// alone.
inline host::snn::Program program_of(const host::snn::IntegerNetwork& network, const std::string& geometry,
                                     bool heard) {
  std::vector<size_t> probes;
  for (size_t p = 0; heard && p < network.populations.size(); ++p) {
    probes.push_back(p);
  }
  return map(network, geometry_of(geometry), {}, probes);
}

/// Samples [first, first + count), each with `drain` steps behind it.
inline std::vector<Sample> take(const Samples& samples, size_t first, size_t count, uint32_t drain) {
  std::vector<Sample> taken;
  for (size_t i = first; i < first + count; ++i) {
    taken.push_back(samples.sample(i));
    taken.back().input.steps += drain;
  }
  return taken;
}

inline std::vector<host::SpikeTrain> inputs_of(const std::vector<Sample>& samples) {
  std::vector<host::SpikeTrain> inputs;
  for (const Sample& sample : samples) {
    inputs.push_back(sample.input);
  }
  return inputs;
}

inline size_t input_events(const std::vector<Sample>& samples) {
  size_t events = 0;
  for (const Sample& sample : samples) {
    events += sample.input.events.size();
  }
  return events;
}

/// Spikes that population `p`, which the host hears, sent in all of `result`.
inline size_t spikes(const host::snn::Program& program, const host::snn::RunResult& result, size_t p) {
  const auto& population = program.populations[p];
  size_t sum = 0;
  for (size_t i = 0; i < result.samples * result.records; ++i) {
    for (size_t e = 0; e < population.places.size(); ++e) {
      sum += static_cast<size_t>(result.values[i * result.outputs + *population.output + e]);
    }
  }
  return sum;
}

/// Samples whose label population `p` spikes most for, the lowest class on a tie.
inline size_t correct(const host::snn::Program& program, const host::snn::RunResult& result, size_t p,
                      const std::vector<Sample>& samples) {
  const auto& population = program.populations[p];
  const size_t classes = population.places.size();
  size_t correct = 0;
  for (size_t s = 0; s < samples.size(); ++s) {
    std::vector<double> own;
    for (size_t r = 0; r < result.records; ++r) {
      for (size_t e = 0; e < classes; ++e) {
        own.push_back(result.value(s, r, *population.output + e));
      }
    }
    correct += decode("counts", own, classes) == size_t{*samples[s].label} ? 1 : 0;
  }
  return correct;
}

/// Whether this build has RTL of a geometry: each is a Verilated model of its own, the large ones take long
/// to build. Anything else that is wrong with the device is not asked here.
inline bool has_rtl(const std::string& geometry) {
  try {
    host::snn::device_preset("rtl:spu?geometry=" + geometry);
  } catch (const host::snn::SnnError& error) {
    return std::string(error.what()).find("no RTL of preset") == std::string::npos;
  }
  return true;
}

/// Counters of all units that do not depend on cycles, and those that do.
inline constexpr size_t kUntimedCounters = static_cast<size_t>(abi::SpuCounter::CYCLES_DELIVER);
inline std::vector<uint64_t> counters(host::snn::Runner& runner, bool with_cycles) {
  std::vector<uint64_t> all;
  for (const host::snn::UnitCounters& unit : runner.counters()) {
    const auto end = with_cycles ? unit.end() : unit.begin() + kUntimedCounters;
    all.insert(all.end(), unit.begin(), end);
  }
  return all;
}

/// What a target made of samples: every spike of every population heard, counters, cycles.
struct Run {
  host::snn::RunResult result;
  std::vector<uint64_t> counters, timed_counters;
};
inline Run run_on(const std::string& uri, const host::snn::Program& program,
                  const std::vector<Sample>& samples) {
  host::snn::Runner runner(uri, program);
  Run run;
  host::snn::RunOptions options;
  options.record = host::snn::RunOptions::Record::kSteps;
  run.result = runner.run(inputs_of(samples), options);
  run.counters = counters(runner, false);
  run.timed_counters = counters(runner, true);
  return run;
}

/// Spike for spike, count for count.
inline void expect_the_same(const Run& a, const Run& b) {
  EXPECT_EQ(a.result.values, b.result.values);
  EXPECT_EQ(a.counters, b.counters);
}

/// The same, cycle for cycle.
inline void expect_the_same_cycles(const Run& a, const Run& b) {
  expect_the_same(a, b);
  EXPECT_GT(a.result.cycles, 0u);
  EXPECT_EQ(a.result.cycles, b.result.cycles);
  EXPECT_EQ(a.timed_counters, b.timed_counters);
}

}  // namespace photic::tools::test
