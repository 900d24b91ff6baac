// SPDX-License-Identifier: Apache-2.0
// Few bits: levels and formats by hand, errors within what the step allows, refusals.
#include "host/snn/quantise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "host/snn/describe.h"
#include "host/snn/map.h"
#include "host/snn/snn_error.h"
#include "host/snn/storage_format.h"
#include "host/snn/weight_levels.h"
#include "tests/unit/host/snn/networks.h"
#include "tests/unit/host/snn/simulate.h"

namespace photic::host::snn::test {
namespace {

using abi::SpuWeightBits;
using abi::SpuWeightCode;

StorageFormat format(std::vector<int32_t> weights) {
  return smallest_format(weights).value();
}

TEST(StorageFormat, IsTheNarrowestThatHoldsEveryWeight) {
  EXPECT_EQ(format({0, 0}), (StorageFormat{SpuWeightBits::W1, SpuWeightCode::SIGNED, false, 0}));
  EXPECT_EQ(format({-4, 0}), (StorageFormat{SpuWeightBits::W1, SpuWeightCode::SIGNED, false, 2}));
  EXPECT_EQ(format({4, 0}), (StorageFormat{SpuWeightBits::W1, SpuWeightCode::UNSIGNED, false, 2}));
  EXPECT_EQ(format({6, -6}), (StorageFormat{SpuWeightBits::W2, SpuWeightCode::BIPOLAR, false, 1}));
  EXPECT_EQ(format({8, -8}), (StorageFormat{SpuWeightBits::W1, SpuWeightCode::BIPOLAR, false, 3}));
  EXPECT_EQ(format({3, -1, 1}), (StorageFormat{SpuWeightBits::W2, SpuWeightCode::BIPOLAR, false, 0}));
  EXPECT_EQ(format({-3, 0}), (StorageFormat{SpuWeightBits::W2, SpuWeightCode::NEGATIVE, false, 0}));
  EXPECT_EQ(format({255, 0}), (StorageFormat{SpuWeightBits::W8, SpuWeightCode::UNSIGNED, false, 0}));
  // 2^10 is out of the exponent's reach: one bit, aligned, makes up 2^7 of it.
  EXPECT_EQ(format({1024, 0}), (StorageFormat{SpuWeightBits::W1, SpuWeightCode::UNSIGNED, true, 3}));
  EXPECT_FALSE(smallest_format(std::vector<int32_t>{1, 256}));
  EXPECT_FALSE(smallest_format(std::vector<int32_t>{1 << 15}));
}

TEST(WeightLevels, RoundToTheNearestAndToOddOnesWhereThereIsNoZero) {
  EXPECT_EQ(WeightLevels::plain(8).nearest(200.0), 127);
  EXPECT_EQ(WeightLevels::plain(2).nearest(-0.6), -1);
  EXPECT_EQ(WeightLevels::plain(1).nearest(0.1), 1);
  EXPECT_EQ(WeightLevels::bipolar(2).nearest(-0.1), -1);
  EXPECT_EQ(WeightLevels::bipolar(2).nearest(2.1), 3);
  EXPECT_EQ(WeightLevels::bipolar(2).nearest(1.9), 1);
}

TEST(WeightLevels, BalancedAndDiffusedRoundingsKeepTheSum) {
  const std::vector<double> weights(64, 0.3);
  const WeightLevels levels = WeightLevels::plain(2);
  double balanced = 0;
  for (const int32_t level : balanced_levels(weights, levels, 1)) {
    balanced += level;
  }
  EXPECT_NEAR(balanced, 64 * 0.3, 0.51);
  const std::vector<int32_t> plane = diffused_levels(weights, 8, 8, levels, 1);
  for (size_t y = 0; y < 8; y += 4) {  // every patch of 4 x 4 sees nearly its own sum
    for (size_t x = 0; x < 8; x += 4) {
      double sum = 0;
      for (size_t i = 0; i < 16; ++i) {
        sum += plane[(y + i / 4) * 8 + x + i % 4];
      }
      EXPECT_NEAR(sum, 16 * 0.3, 2.1);
    }
  }
}

FloatNetwork float_network(uint64_t seed, size_t inputs, size_t neurons) {
  Draw draw(seed);
  FloatNetwork network;
  network.input_shape = {inputs};
  FloatNeuron neuron;
  neuron.voltage_keep = 0.95;
  network.populations = {{"layer", {neurons}, {neuron}}};
  FloatConnection connection;
  connection.wiring = {"in", kInput, 0, DenseSynapses{}, 0};
  for (size_t i = 0; i < inputs * neurons; ++i) {
    // Rows of very different size: what a step of their own is for.
    connection.weights.push_back(draw(-1000, 1000) * 1e-4 *
                                 std::pow(4.0, static_cast<double>(i / inputs % 4)));
  }
  network.connections = {connection};
  network.outputs = {0};
  return network;
}

TEST(Quantise, KeepsWeightsOverThresholdWithinHalfAStepOfEachNeuron) {
  const FloatNetwork network = float_network(1, 30, 12);
  for (const int bits : {8, 6, 4, 3}) {
    QuantiseOptions options;
    options.bits = bits;
    options.balance = false;
    const Quantised quantised = quantise(network, options);
    const auto& weights = std::get<DenseSynapses>(quantised.network.connections[0].synapses).weights;
    for (size_t t = 0; t < 12; ++t) {
      double largest = 0;
      for (size_t s = 0; s < 30; ++s) {
        largest = std::max(largest, std::abs(network.connections[0].weights[t * 30 + s]));
      }
      const double threshold = quantised.network.populations[0].neuron(t).threshold;
      double errors = 0;
      for (size_t s = 0; s < 30; ++s) {
        const double made = weights[t * 30 + s] / threshold;
        errors += std::pow(made - network.connections[0].weights[t * 30 + s], 2);
      }
      // A step that clips nothing has an RMS error of step / sqrt(12); least squares finds no worse.
      const double step = largest / ((1 << (bits - 1)) - 1);
      EXPECT_LE(std::sqrt(errors / 30), 1.5 * step / std::sqrt(12.0)) << bits << " bits, neuron " << t;
    }
  }
}

TEST(Quantise, AStepForEachNeuronBeatsOneForAll) {
  const FloatNetwork network = float_network(2, 40, 16);
  QuantiseOptions own;
  own.bits = 4;
  QuantiseOptions shared = own;
  shared.scheme = Scheme::kSymmetric;
  // Half of the neurons' weights lie below the shared step.
  EXPECT_LT(quantise(network, own).report.populations[0].threshold, 0.01);
  const auto count = [&](const QuantiseOptions& options) {
    const IntegerNetwork made = quantise(network, options).network;
    size_t zeros = 0;
    for (const int32_t w : std::get<DenseSynapses>(made.connections[0].synapses).weights) {
      zeros += w == 0;
    }
    return zeros;
  };
  EXPECT_LT(2 * count(own), count(shared));
}

TEST(Quantise, EveryWidthFitsItsStorage) {
  const FloatNetwork network = float_network(3, 24, 8);
  for (int bits = 1; bits <= 8; ++bits) {
    QuantiseOptions options;
    options.bits = bits;
    const Quantised quantised = quantise(network, options);
    const Program program = map_network(quantised.network, *abi::find_spu_preset("strip"));
    const size_t stored = bits == 1 ? 1 : bits == 2 ? 2 : bits <= 4 ? 4 : 8;
    EXPECT_LE(program.connections[0].words, 24 * ((8 * stored + 63) / 64));
    EXPECT_EQ(program.connections[0].formats.find("8-bit") != std::string::npos, stored == 8)
        << program.connections[0].formats;
  }
}

TEST(Quantise, WholeNumbersThatFitStayWhatTheyAre) {
  const IntegerNetwork network = one_layer({4}, {2}, DenseSynapses{{2, -54, 50, 0, 8, 14, -6, 2}});
  const Quantised quantised = requantise(network, {});
  EXPECT_EQ(quantised.report.weights[0].rms, 0);
  const auto& weights = std::get<DenseSynapses>(quantised.network.connections[0].synapses).weights;
  const int32_t threshold = quantised.network.populations[0].neuron(0).threshold;
  EXPECT_EQ(weights[1] * 10, -54 * threshold);
}

TEST(Quantise, ARequantisedNetworkSpikesAsTheOriginal) {
  Draw draw(5);
  DenseSynapses dense;
  for (int i = 0; i < 20 * 6; ++i) {
    dense.weights.push_back(2 * draw(-27, 25));
  }
  IntegerNetwork network = one_layer({20}, {6}, dense);
  network.populations[0].neurons[0].threshold = 80;
  network.populations[0].neurons[0].current_decay = 1024;
  network.populations[0].neurons[0].voltage_decay = 128;
  const IntegerNetwork made = requantise(network, {}).network;
  Simulation before(network);
  Simulation after(made);
  int spikes = 0;
  int differences = 0;
  for (int t = 0; t < 300; ++t) {
    std::vector<InputEvent> events;
    for (uint32_t i = 0; i < 20; ++i) {
      if (draw.chance(15)) {
        events.push_back({i, 1});
      }
    }
    const auto a = before.step(events)[0];
    const auto b = after.step(events)[0];
    for (size_t e = 0; e < a.size(); ++e) {
      spikes += a[e];
      differences += a[e] != b[e];
    }
  }
  EXPECT_GT(spikes, 100);
  EXPECT_LT(differences, spikes / 20);
}

TEST(Quantise, RefusesWhatItCannotDo) {
  const auto kind = [](const FloatNetwork& network, const QuantiseOptions& options) {
    try {
      quantise(network, options);
    } catch (const SnnError& error) {
      return error.kind();
    }
    return SnnError::Kind::kDevice;
  };
  FloatNetwork network = float_network(4, 8, 4);
  QuantiseOptions options;
  options.bits = 9;
  EXPECT_EQ(kind(network, options), SnnError::Kind::kBadOption);
  options.bits = 8;
  options.only = {{"nothing", 4}};
  EXPECT_EQ(kind(network, options), SnnError::Kind::kBadOption);
  network.connections[0].weights[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(kind(network, {}), SnnError::Kind::kBadNetwork);
  QuantiseOptions loud;
  loud.input_payload = 32767;
  FloatNetwork wide = float_network(4, 4000, 1);
  for (double& w : wide.connections[0].weights) {
    w = 1;
  }
  EXPECT_EQ(kind(wide, loud), SnnError::Kind::kOverflow);
}

TEST(Describe, TellsPopulationsConnectionsUnitsAndErrors) {
  const Quantised quantised = quantise(float_network(6, 24, 8), {});
  const Program program = map_network(quantised.network, *abi::find_spu_preset("strip"));
  const std::string text = describe_text(program, &quantised.report);
  for (const char* part : {"strip: 1 of 5 cores", "layer", "8-bit SIGNED DENSE x 24",
                           "8.0 operations a spike", "neurons 8/32", "outputs 0..7", "% RMS"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  const std::string json = describe_json(program, &quantised.report);
  for (const char* part : {"\"geometry\": \"strip\"", "\"synapse_words\": 24", "\"rms\":"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << "\n" << json;
  }
}

}  // namespace
}  // namespace photic::host::snn::test
