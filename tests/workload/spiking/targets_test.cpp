// SPDX-License-Identifier: Apache-2.0
// A mapped network on every target: spikes, counters and cycles. Small enough for the RTL of the smaller
// geometries; the published networks have tests of their own.
#include <random>

#include "tests/workload/spiking/published.h"

namespace photic::tools {
namespace {

constexpr uint32_t kSteps = 12;

/// Two dense layers, the second fed back into the first, whose neurons leak and rest.
host::snn::IntegerNetwork network() {
  std::mt19937 random(7);
  host::snn::NeuronModel neuron;
  neuron.current_decay = 1024;
  neuron.voltage_decay = 512;
  neuron.threshold = 90;
  neuron.refractory_steps = 1;
  host::snn::IntegerNetwork network;
  network.input_shape = {48};
  network.populations = {{"hidden", {40}, {neuron}}, {"output", {10}, {neuron}}};
  const auto connect = [&](const char* name, size_t source, size_t target, size_t weights) {
    host::snn::DenseSynapses synapses;
    for (size_t w = 0; w < weights; ++w) {
      synapses.weights.push_back(static_cast<int32_t>(random() % 128) - 52);
    }
    network.connections.push_back({name, source, target, synapses, 0});
  };
  connect("in", host::snn::kInput, 0, 48 * 40);
  connect("out", 0, 1, 40 * 10);
  connect("back", 1, 0, 10 * 40);
  network.outputs = {1};
  return network;
}

std::vector<Sample> noise(size_t count) {
  std::mt19937 random(11);
  std::vector<Sample> samples(count);
  for (Sample& sample : samples) {
    sample.input = {kSteps, 48, {}};
    for (uint32_t step = 0; step < kSteps; ++step) {
      for (uint32_t source = 0; source < 48; ++source) {
        if (random() % 6 == 0) {
          sample.input.events.push_back({step, source, 1});
        }
      }
    }
  }
  return samples;
}

class Targets : public testing::Test {
 protected:
  const host::snn::Program program_ = test::program_of(network(), "strip", true);
  const std::vector<Sample> samples_ = noise(5);
  const test::Run golden_ = test::run_on("golden:spu?geometry=strip", program_, samples_);
};

TEST_F(Targets, SpikeAlike) {
  EXPECT_GT(test::spikes(program_, golden_.result, 0), 100u);
  EXPECT_GT(test::spikes(program_, golden_.result, 1), 20u);
  test::expect_the_same(test::run_on("systemc:spu?geometry=strip", program_, samples_), golden_);
  test::expect_the_same(test::run_on("rtl:spu?geometry=strip", program_, samples_), golden_);
}

TEST_F(Targets, WithAClockTakeTheSameCycles) {
  test::expect_the_same_cycles(test::run_on("rtl:spu?geometry=strip", program_, samples_),
                               test::run_on("systemc:spu?geometry=strip", program_, samples_));
}

TEST_F(Targets, RunInLockstep) {
  test::expect_the_same(test::run_on("check:rtl,systemc:spu?geometry=strip", program_, samples_), golden_);
}

}  // namespace
}  // namespace photic::tools
