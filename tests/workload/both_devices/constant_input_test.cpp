// SPDX-License-Identifier: Apache-2.0
// One neuron at a time: an input that is sent once, and a count that is the nearest one.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "host/snn/map.h"
#include "host/snn/quantise.h"
#include "host/snn/runner.h"
#include "models/workloads/spiking/constant_input.h"

namespace photic::workloads {
namespace {

/// A layer of one integrate-and-fire neuron of threshold 1 that adds `weight` for each unit of its input.
host::snn::FloatNetwork one_neuron(double weight, double bias) {
  host::snn::FloatNeuron neuron;
  neuron.modes.reset = host::snn::Reset::kSubtract;
  neuron.bias = bias;
  host::snn::FloatConnection connection;
  connection.wiring.name = "in";
  connection.wiring.synapses = host::snn::DenseSynapses{};
  connection.weights = {weight};
  host::snn::FloatNetwork network;
  network.input_shape = {1};
  network.populations = {{"neuron", {1}, {neuron}}};
  network.connections = {connection};
  network.outputs = {0};
  return network;
}

int32_t spikes_of(double weight, double bias, uint8_t pixel, uint32_t steps) {
  host::snn::QuantiseOptions options;
  options.input_payload = static_cast<int32_t>(kBrightest);
  const auto quantised = host::snn::quantise(with_constant_input(one_neuron(weight, bias), steps), options);
  const std::string device = "golden:spu?geometry=tiny";
  host::snn::MapOptions map;
  map.input_payload = options.input_payload;
  host::snn::Runner runner(device,
                           host::snn::map_network(quantised.network, host::snn::device_preset(device), map));
  const std::array train{image_train(std::array{pixel}, steps)};
  return runner.run(train).value(0, 0, 0);
}

TEST(ConstantInput, DrivesANeuronInEveryStepAndCountsToTheNearestWholeNumber) {
  constexpr uint32_t kSteps = 20;
  for (const double rate : {0.04, 0.12, 0.33, 0.48, 0.77, 0.93}) {
    const int32_t expected = static_cast<int32_t>(std::lround(rate * kSteps));
    EXPECT_EQ(spikes_of(rate / kBrightest, 0, 255, kSteps), expected) << rate;
    EXPECT_EQ(spikes_of(0.5 / kBrightest, rate - 0.5, 255, kSteps), expected) << rate << " by its bias";
  }
}

TEST(ConstantInput, SendsAPixelOnceByItsBrightnessAndABlackOneNever) {
  const std::array<uint8_t, 4> pixels{0, 255, 1, 128};
  const host::SpikeTrain train = image_train(pixels, 7);
  EXPECT_EQ(train.steps, 7u);
  EXPECT_EQ(train.width, 4u);
  const std::vector<host::SpikeEvent> expected{{0, 1, static_cast<int32_t>(kBrightest)}, {0, 3, 32}};
  EXPECT_EQ(train.events, expected);
}

TEST(ConstantInput, GivesABiasTheShareOfTheStepsInWhichTheLayerHears) {
  host::snn::FloatNetwork two = one_neuron(1, 0.25);
  two.populations.push_back(two.populations[0]);
  two.populations[1].neurons[0].modes.never_fires = true;
  const host::snn::FloatNetwork fitted = with_constant_input(two, 10);
  EXPECT_DOUBLE_EQ(fitted.populations[0].neurons[0].bias, 0.25 + 0.05);
  EXPECT_DOUBLE_EQ(fitted.populations[1].neurons[0].bias, 0.25 * 0.9);
}

}  // namespace
}  // namespace photic::workloads
