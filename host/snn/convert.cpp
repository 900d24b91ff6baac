// SPDX-License-Identifier: Apache-2.0
// Rates are activations over the layer's scale; weights and biases carry the ratio of two layers' scales.
#include "host/snn/convert.h"

#include <algorithm>
#include <cmath>

#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;

/// As in host/nn/batch_norm.h.
constexpr double kEpsilon = 1e-5;

/// One linear layer, batch normalisation folded in: weights [out][in].
struct Layer {
  size_t inputs = 0, outputs = 0;
  std::vector<double> weights, bias;
};

Layer fold(Network& network, size_t block, const std::vector<Buffer*>& statistics) {
  const std::vector<Parameter*> parameters = network.parameters(block);
  const Matrix& weight = parameters[0]->value;
  Layer layer{weight.rows(), weight.cols(), std::vector<double>(weight.size()), {}};
  for (size_t o = 0; o < layer.outputs; ++o) {
    double factor = 1;
    double bias = parameters[1]->value(0, o);
    if (parameters.size() > 2) {
      const double mean = statistics[2 * block]->value(0, o);
      const double variance = statistics[2 * block + 1]->value(0, o);
      factor = parameters[2]->value(0, o) / std::sqrt(variance + kEpsilon);
      bias = (bias - mean) * factor + parameters[3]->value(0, o);
    }
    for (size_t i = 0; i < layer.inputs; ++i) {
      layer.weights[o * layer.inputs + i] = weight(i, o) * factor;
    }
    layer.bias.push_back(bias);
  }
  return layer;
}

double percentile_of(ConstMatrixRef activations, double percentile) {
  std::vector<float> values;
  for (size_t r = 0; r < activations.rows; ++r) {
    values.insert(values.end(), activations.row(r), activations.row(r) + activations.cols);
  }
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = static_cast<std::ptrdiff_t>(std::floor(last * percentile / 100));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  const double found = values[static_cast<size_t>(at)];
  return found > 0 ? found : 1;
}

}  // namespace

FloatNetwork convert_relu(Network& network, ConstMatrixRef calibration, const ConvertOptions& options) {
  const NetworkConfig& config = network.config();
  if (!config.hidden.empty() && config.activation != Activation::kRelu) {
    throw SnnError(Kind::kUnsupported, "network", "activation",
                   "is " + std::string(activation_name(config.activation)) +
                       "; a rate can only stand for a rectified value",
                   "train with relu");
  }
  if (!(options.percentile > 0 && options.percentile <= 100) || calibration.rows == 0 ||
      calibration.cols != config.inputs) {
    throw SnnError(
        Kind::kBadOption, "network", "calibration",
        "needs rows of " + std::to_string(config.inputs) + " inputs and a percentile above 0, up to 100",
        "give training data");
  }
  network.forward(calibration, Pass{});
  const std::vector<Buffer*> statistics = network.buffers();
  FloatNetwork result;
  result.input_shape = {config.inputs};
  double before = 1;  // what a payload of 1, or a spike, of the layer before stands for
  for (size_t block = 0; block < network.block_count(); ++block) {
    Layer layer = fold(network, block, statistics);
    const bool last = block + 1 == network.block_count();
    const double scale = last ? 1 : percentile_of(network.block_output(block), options.percentile);
    const double input_scale = block == 0 ? options.input_scale : before;
    FloatNeuron neuron;
    neuron.voltage_keep = last ? 0 : 1;
    neuron.threshold = last ? 0 : 1;
    neuron.modes.never_fires = last;
    neuron.modes.reset = last ? Reset::kNone : Reset::kSubtract;
    neuron.modes.emission = last ? Emission::kGradedEveryStep : Emission::kSpike;
    FloatPopulation population{last ? "logits" : "hidden" + std::to_string(block), {layer.outputs}, {}};
    for (size_t o = 0; o < layer.outputs; ++o) {
      double offset = 0;
      for (size_t i = 0; i < layer.inputs && block == 0; ++i) {
        offset += layer.weights[o * layer.inputs + i] * options.input_offset;
      }
      neuron.bias = (layer.bias[o] + offset) / scale;
      population.neurons.push_back(neuron);
    }
    for (double& weight : layer.weights) {
      weight *= input_scale / scale;
    }
    FloatConnection connection;
    connection.wiring.name = "linear" + std::to_string(block);
    connection.wiring.source = block == 0 ? kInput : block - 1;
    connection.wiring.target = block;
    connection.wiring.synapses = DenseSynapses{};
    connection.weights = std::move(layer.weights);
    result.populations.push_back(std::move(population));
    result.connections.push_back(std::move(connection));
    before = scale;
  }
  result.outputs = {network.block_count() - 1};
  return result;
}

}  // namespace photic::host::snn
