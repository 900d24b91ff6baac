// SPDX-License-Identifier: Apache-2.0
// One leaky neuron under one ramp of spikes, as eleven platforms recorded it for the NIR paper: the reference
// in a platform's convention leaves that platform's trace.
//
// A trace is input, voltage after the reset, spike, one line a step of 0.1 ms. Platforms hold floats of 32
// bits: where the convention is theirs, voltages agree to a millionth of the threshold. What differs beyond
// that:
//   norse       nothing
//   snntorch    voltages are divided by r dt / tau, which is how it spares itself scaling the input
//   spinnaker2  as snntorch, and all voltages are smaller by 0.02 %
//   sinabs      the file's input is already scaled by dt / tau
//   rockpool    as sinabs, with the input unscaled
//   lava float  the source of spikes is a layer of its own, so the neuron sees them a step later
// Not compared: nengo and the exact solution (they solve each step exactly), Lava's and Loihi's integers
// (another arithmetic), Spyx (records the spike, and subtracts, a step later).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "host/graph/nir.h"
#include "models/reference/spiking/network.h"

namespace photic::reference::spiking {
namespace {

using Steps = std::vector<size_t>;

constexpr double kStep = 1e-4, kRate = 0.04;  // dt and dt / tau

struct Trace {
  std::vector<double> input, voltage, spikes;
};

Steps spike_steps(const std::vector<double>& spikes) {
  Steps steps;
  for (size_t t = 0; t < spikes.size(); ++t) {
    if (spikes[t] != 0) {
      steps.push_back(t);
    }
  }
  return steps;
}

class LifRamp : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("PHOTIC_DATA");
    folder_ = std::filesystem::path(data == nullptr ? "" : data) / "nir";
    if (!std::filesystem::exists(folder_ / "lif_ramp")) {
      GTEST_SKIP() << "skipped: no data";
    }
    neuron_ = host::read_nir(folder_ / "lif_norse.nir");
  }

  Trace read(const std::string& platform) const {
    std::ifstream file(folder_ / "lif_ramp" / ("lif_" + platform + ".csv"));
    Trace trace;
    double input = 0, voltage = 0, spike = 0;
    char comma = 0;
    while (file >> input >> comma >> voltage >> comma >> spike) {
      trace.input.push_back(input);
      trace.voltage.push_back(voltage);
      trace.spikes.push_back(spike);
    }
    EXPECT_EQ(trace.input.size(), 1000u) << platform;
    return trace;
  }

  /// The reference's voltages and spikes for the input of a trace, which is 1 wherever the file's is not 0,
  /// shifted by `delay` steps.
  Trace respond(const Trace& recorded, const Convention& convention, size_t delay = 0) const {
    Trace trace;
    trace.input.assign(recorded.input.size(), 0);
    for (size_t t = delay; t < trace.input.size(); ++t) {
      trace.input[t] = recorded.input[t - delay] != 0 ? 1 : 0;
    }
    Network network(neuron_, {kStep, convention});
    Record record = network.run(trace.input, {{"1", Quantity::kVoltage}});
    trace.spikes = std::move(record.output);
    trace.voltage = std::move(record.probes[0]);
    return trace;
  }

  /// Expects a platform's trace from a convention; its voltages are the reference's divided by `unit`, to
  /// `tolerance` volts.
  void expect_trace(const std::string& platform, const Convention& convention, const Steps& steps,
                    double unit = 1, size_t delay = 0, double tolerance = 1e-7) const {
    const Trace recorded = read(platform);
    const Trace trace = respond(recorded, convention, delay);
    EXPECT_EQ(spike_steps(recorded.spikes), steps) << platform;
    EXPECT_EQ(spike_steps(trace.spikes), steps) << platform;
    double worst = 0;
    for (size_t t = 0; t < trace.voltage.size(); ++t) {
      worst = std::max(worst, std::abs(trace.voltage[t] - recorded.voltage[t] * unit));
    }
    EXPECT_LT(worst, tolerance) << platform;
  }

  std::filesystem::path folder_;
  graph::Graph neuron_;
};

const Steps kEuler = {460, 510, 710, 760};

TEST_F(LifRamp, IsNorsesTrace) {
  expect_trace("norse", preset("norse"), kEuler);
}

TEST_F(LifRamp, IsSnntorchsTraceInItsOwnUnits) {
  expect_trace("snntorch", preset("snntorch"), kEuler, kRate);
}

TEST_F(LifRamp, IsSpinnakersTraceToItsRounding) {
  expect_trace("spinnaker2", preset("norse"), kEuler, kRate, 0, 2e-4 * 0.1);
}

TEST_F(LifRamp, SpikesInNirsOwnConventionWithTheExactSolution) {
  const Trace exact = read("exact");
  EXPECT_EQ(spike_steps(exact.spikes), kEuler);
  EXPECT_EQ(spike_steps(respond(exact, preset("nir")).spikes), kEuler);
}

TEST_F(LifRamp, IsSinabsAndRockpoolsTraceWithExponentialDecay) {
  const Steps steps = {450, 500, 710, 760};
  expect_trace("sinabs", preset("sinabs"), steps);
  expect_trace("rockpool", preset("sinabs"), steps);
}

TEST_F(LifRamp, IsLavasFloatTraceOneStepLater) {
  expect_trace("lava_cpu_float", preset("loihi"), {461, 511, 711, 761}, 1, 1);
}

}  // namespace
}  // namespace photic::reference::spiking
