// SPDX-License-Identifier: Apache-2.0
// Each kind of node without a state as synapses.
#include <algorithm>
#include <cmath>

#include "host/snn/linear_path.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

using Kind = SnnError::Kind;

/// How far from a whole number of steps a delay may be, in steps.
constexpr double kWhole = 1e-6;

/// Weights (out, in) for every place of the leading dimensions of an Affine on more than vectors: block
/// diagonal, so synapses one by one.
LinearPath matrix(const graph::Tensor& weight, const Shape& input, const Shape& output) {
  const size_t out = weight.shape[weight.shape.size() - 2];
  const size_t in = weight.shape.back();
  const size_t blocks = weight.values.size() / (out * in);
  if (blocks == 1) {
    return {input, output, DenseSynapses{}, weight.values, 0, ""};
  }
  LinearPath path{input, output, {}, weight.values, 0, ""};
  SparseSynapses sparse;
  for (size_t i = 0; i < weight.values.size(); ++i) {
    const size_t block = i / (out * in);
    sparse.synapses.push_back({static_cast<uint32_t>(block * in + i % in),
                               static_cast<uint32_t>(block * out + i / in % out), 0, 0});
  }
  path.synapses = std::move(sparse);
  return path;
}

LinearPath convolution(const graph::Conv2d& node, const Shape& input, const Shape& output) {
  const size_t height = node.weight.shape[2];
  const size_t width = node.weight.shape[3];
  ConvolutionSynapses conv;
  conv.kernel_size = {height, width};
  conv.stride = node.stride;
  conv.padding = node.padding_before;
  conv.dilation = node.dilation;
  conv.groups = node.groups;
  LinearPath path{input, output, conv, node.weight.values, 0, ""};
  if (node.padding_before == node.padding_after) {
    return path;
  }
  // for_each_weight looks at the padding before alone; what follows needs the same on both sides.
  return to_sparse(path);
}

LinearPath delay_path(const std::string& node, const graph::Delay& delay, const Shape& shape,
                      std::optional<double> dt) {
  if (!dt) {
    throw SnnError(Kind::kTimeStep, node, "delay", "is in seconds, and no length of a step is given",
                   "give dt in seconds");
  }
  std::vector<uint32_t> steps;
  for (const double seconds : delay.delay.values) {
    const double exact = seconds / *dt;
    const double whole = std::round(exact);
    if (std::abs(exact - whole) > kWhole || whole > 1e6) {
      throw SnnError(Kind::kDelay, node, "delay",
                     std::to_string(seconds) + " s are " + std::to_string(exact) +
                         " steps, not a whole number the device could keep",
                     "choose dt so that it divides every delay");
    }
    steps.push_back(static_cast<uint32_t>(whole));
  }
  LinearPath path = identity_path(shape);
  const auto [least, most] = std::minmax_element(steps.begin(), steps.end());
  path.delay = *least;
  if (*most - *least > 255) {
    throw SnnError(Kind::kDelay, node, "delay", "differs between elements by more than 255 steps",
                   "choose a longer step");
  }
  auto& synapses = std::get<SparseSynapses>(path.synapses).synapses;
  for (size_t i = 0; i < synapses.size(); ++i) {
    synapses[i].delay = static_cast<uint8_t>(steps[i] - *least);
  }
  return path;
}

}  // namespace

std::optional<LinearPath> path_of(const std::string& node, const graph::NodeKind& kind, const Shape& input,
                                  const Shape& output, std::optional<double> dt) {
  std::optional<LinearPath> path;
  if (const auto* linear = std::get_if<graph::Linear>(&kind)) {
    path = matrix(linear->weight, input, output);
  } else if (const auto* affine = std::get_if<graph::Affine>(&kind)) {
    path = matrix(affine->weight, input, output);
  } else if (const auto* scale = std::get_if<graph::Scale>(&kind)) {
    path = diagonal_path(input, scale->scale.values);
  } else if (const auto* conv = std::get_if<graph::Conv2d>(&kind)) {
    path = convolution(*conv, input, output);
  } else if (const auto* conv1 = std::get_if<graph::Conv1d>(&kind)) {
    graph::Conv2d flat;
    flat.weight = conv1->weight;
    flat.weight.shape.insert(flat.weight.shape.begin() + 2, 1);
    flat.stride = {1, conv1->stride};
    flat.dilation = {1, conv1->dilation};
    flat.groups = conv1->groups;
    flat.padding_before = {0, conv1->padding.first};
    flat.padding_after = {0, conv1->padding.second};
    path = convolution(flat, {input[0], 1, input[1]}, {output[0], 1, output[1]});
  } else if (const auto* pool = std::get_if<graph::Pool2d>(&kind)) {
    const double weight =
        pool->average ? 1 / static_cast<double>(pool->kernel.first * pool->kernel.second) : 1;
    path = LinearPath{input,    output, PoolSynapses{pool->kernel, pool->stride, pool->padding, 0},
                      {weight}, 0,      ""};
  } else if (std::holds_alternative<graph::Flatten>(kind) || std::holds_alternative<graph::Output>(kind)) {
    path = identity_path(input);
    path->out = output;
    return path;
  } else if (const auto* delay = std::get_if<graph::Delay>(&kind)) {
    path = delay_path(node, *delay, input, dt);
  }
  if (path) {
    path->name = node;
  }
  return path;
}

std::vector<double> bias_of(const graph::NodeKind& kind, const Shape& output) {
  const graph::Tensor* bias = nullptr;
  if (const auto* affine = std::get_if<graph::Affine>(&kind)) {
    bias = &affine->bias;
  } else if (const auto* conv = std::get_if<graph::Conv2d>(&kind)) {
    bias = &conv->bias;
  } else if (const auto* conv1 = std::get_if<graph::Conv1d>(&kind)) {
    bias = &conv1->bias;
  }
  if (bias == nullptr || bias->empty()) {
    return {};
  }
  std::vector<double> values(graph::elements(output));
  const bool channels = !std::holds_alternative<graph::Affine>(kind);
  const size_t period = channels ? values.size() / output[0] : 1;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = bias->values[i / period % bias->values.size()];
  }
  return values;
}

}  // namespace photic::host::snn
