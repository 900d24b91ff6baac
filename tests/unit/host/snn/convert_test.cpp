// SPDX-License-Identifier: Apache-2.0
// A ReLU network and its spiking twin, on the golden device.
#include "host/snn/convert.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/snn/map.h"
#include "host/snn/quantise.h"
#include "host/snn/runner.h"
#include "host/snn/snn_error.h"
#include "tests/unit/host/snn/networks.h"

namespace photic::host::snn::test {
namespace {

constexpr size_t kInputs = 12, kClasses = 4;
constexpr int32_t kLargestPixel = 15;
constexpr uint32_t kSteps = 200;

NetworkConfig config(Activation activation, bool batch_norm) {
  NetworkConfig config;
  config.inputs = kInputs;
  config.hidden = {20, 16};
  config.classes = kClasses;
  config.activation = activation;
  config.batch_norm = batch_norm;
  return config;
}

/// Pixels 0..15, and the network's input for them: pixel / 10 - 0.5.
struct Pixels {
  std::vector<std::vector<int32_t>> pixels;
  Matrix inputs;

  explicit Pixels(size_t rows) : inputs(rows, kInputs) {
    Draw draw(11);
    for (size_t r = 0; r < rows; ++r) {
      pixels.emplace_back();
      for (size_t i = 0; i < kInputs; ++i) {
        pixels[r].push_back(draw.chance(30) ? 0 : draw(0, kLargestPixel));
        inputs(r, i) = static_cast<float>(pixels[r][i]) / 10 - 0.5f;
      }
    }
  }
};

void expect_logits(Network& network) {
  const Pixels data(40);
  ConvertOptions options;
  options.percentile = 100;
  options.input_scale = 0.1;
  options.input_offset = -0.5;
  const FloatNetwork converted = convert_relu(network, data.inputs, options);
  QuantiseOptions quantising;
  quantising.input_payload = kLargestPixel;
  const Quantised quantised = quantise(converted, quantising);
  MapOptions mapping;
  mapping.input_payload = kLargestPixel;
  Runner runner("golden:spu?geometry=strip",
                map_network(quantised.network, *abi::find_spu_preset("strip"), mapping));
  std::vector<SpikeTrain> trains;
  for (const auto& row : data.pixels) {
    std::vector<SpikeEvent> events;
    for (uint32_t t = 0; t < kSteps; ++t) {
      for (uint32_t i = 0; i < kInputs; ++i) {
        if (row[i] != 0) {
          events.push_back({t, i, row[i]});
        }
      }
    }
    trains.push_back(make_spike_train(kSteps, kInputs, events));
  }
  const RunResult result = runner.run(trains);
  const ConstMatrixRef logits = network.forward(data.inputs, Pass{});
  // A payload is v >> graded_shift, v = 64 scale x the logit.
  const double unit = 64 * quantised.report.populations.back().scale[0] /
                      std::exp2(quantised.network.populations.back().neuron(0).graded_shift);
  double errors = 0, squares = 0;
  for (size_t s = 0; s < trains.size(); ++s) {
    for (size_t k = 0; k < kClasses; ++k) {
      const double mean = result.value(s, 0, k) / unit / kSteps;
      errors += std::pow(mean - logits(s, k), 2);
      squares += std::pow(logits(s, k), 2);
    }
  }
  EXPECT_LT(std::sqrt(errors / squares), 0.05);
}

TEST(Convert, RatesStandForActivationsAndSumsForLogits) {
  Network network(config(Activation::kRelu, false), 3);
  for (Parameter* parameter : network.parameters()) {
    if (!parameter->decays) {
      for (size_t i = 0; i < parameter->value.size(); ++i) {
        parameter->value.data()[i] = 0.1f * static_cast<float>(i % 5) - 0.2f;
      }
    }
  }
  expect_logits(network);
}

TEST(Convert, FoldsBatchNormalisationIn) {
  Network network(config(Activation::kRelu, true), 4);
  const Pixels data(64);
  Pass training;
  training.training = true;
  for (uint64_t step = 0; step < 30; ++step) {  // moves the running statistics
    training.step = step;
    network.forward(data.inputs, training);
  }
  expect_logits(network);
}

TEST(Convert, RefusesWhatRatesCannotStandForAndBadCalibration) {
  Network tanh(config(Activation::kTanh, false), 1);
  Network relu(config(Activation::kRelu, false), 1);
  const Pixels data(4);
  const auto kind = [&](Network& network, const Matrix& calibration, double percentile) {
    ConvertOptions options;
    options.percentile = percentile;
    try {
      convert_relu(network, calibration, options);
    } catch (const SnnError& error) {
      return error.kind();
    }
    return SnnError::Kind::kDevice;
  };
  EXPECT_EQ(kind(tanh, data.inputs, 99), SnnError::Kind::kUnsupported);
  EXPECT_EQ(kind(relu, data.inputs, 0), SnnError::Kind::kBadOption);
  EXPECT_EQ(kind(relu, Matrix(3, kInputs + 1), 99), SnnError::Kind::kBadOption);
}

}  // namespace
}  // namespace photic::host::snn::test
