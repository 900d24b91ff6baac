// SPDX-License-Identifier: Apache-2.0
// Parameters and shapes, kind by kind.
#include "models/graph/node_rules.h"

#include <cmath>

#include "models/graph/graph_error.h"
#include "models/graph/parameters.h"

namespace photic::graph {
namespace {

using Kind = GraphError::Kind;

/// Largest extent, stride, padding: sums and products of two stay far from overflow.
constexpr size_t kLargest = size_t{1} << 30;

[[noreturn]] void bad(const std::string& name, const std::string& parameter, const std::string& reason) {
  throw GraphError(Kind::kBadParameter, name, parameter, reason);
}

void check_values(const std::string& name, const std::string& parameter, const Tensor& tensor) {
  if (elements(tensor.shape) != tensor.values.size()) {
    bad(name, parameter,
        "holds " + std::to_string(tensor.values.size()) + " values for shape " + to_string(tensor.shape));
  }
  const bool time_constant = parameter.starts_with("tau");
  for (const double value : tensor.values) {
    if (!std::isfinite(value)) {
      throw GraphError(Kind::kNotFinite, name, parameter, "holds a value that is not a finite number");
    }
    if (time_constant && value <= 0) {
      bad(name, parameter, "must be above 0 seconds, holds " + std::to_string(value));
    }
    if (parameter == "delay" && value < 0) {
      bad(name, parameter, "must not be below 0 seconds, holds " + std::to_string(value));
    }
  }
}

void check_range(const std::string& name, const std::string& parameter, std::initializer_list<size_t> values,
                 size_t least) {
  for (const size_t value : values) {
    if (value < least || value > kLargest) {
      bad(name, parameter, "must be at least " + std::to_string(least) + ", is " + std::to_string(value));
    }
  }
}

/// The shape all arrays of an element-wise node share, single values broadcast.
Shape common_shape(const std::string& name, const NodeKind& node) {
  Shape common;
  std::string whose;
  visit_tensors(node, [&](const char* parameter, const Tensor& tensor) {
    if (whose.empty() || (elements(common) == 1 && tensor.shape.size() >= common.size())) {
      common = tensor.shape;
      whose = parameter;
    }
  });
  visit_tensors(node, [&](const char* parameter, const Tensor& tensor) {
    if (tensor.shape != common && elements(tensor.shape) != 1) {
      bad(name, parameter,
          "has shape " + to_string(tensor.shape) + " where " + whose + " has " + to_string(common));
    }
  });
  return common;
}

void check_bias(const std::string& name, const Tensor& bias, size_t outputs, bool may_be_absent) {
  if (bias.shape == Shape{outputs} || bias.values.size() == 1 || (may_be_absent && bias.empty())) {
    return;
  }
  bad(name, "bias", "has shape " + to_string(bias.shape) + ", the weight asks for " + to_string({outputs}));
}

void check_convolution(const std::string& name, const Tensor& weight, const Tensor& bias, size_t rank,
                       size_t groups) {
  if (weight.shape.size() != rank) {
    bad(name, "weight",
        "has shape " + to_string(weight.shape) + ", expected " + std::to_string(rank) + " dimensions");
  }
  check_range(name, "groups", {groups}, 1);
  if (weight.shape[0] % groups != 0) {
    bad(name, "groups",
        std::to_string(groups) + " does not divide the " + std::to_string(weight.shape[0]) +
            " channels that leave");
  }
  check_bias(name, bias, weight.shape[0], true);
}

/// Positions of a window of `kernel` on an axis of `input`.
size_t positions(const std::string& name, size_t input, size_t padding, size_t dilation, size_t kernel,
                 size_t stride) {
  const size_t window = dilation * (kernel - 1) + 1;
  if (input + padding < window) {
    throw GraphError(Kind::kShapeMismatch, name, "",
                     "a window of " + std::to_string(window) + " does not fit an input of " +
                         std::to_string(input) + " with a padding of " + std::to_string(padding));
  }
  return (input + padding - window) / stride + 1;
}

void expect(const std::string& name, const Shape& input, const Shape& wanted) {
  if (input != wanted) {
    throw GraphError(Kind::kShapeMismatch, name, "",
                     "takes " + to_string(wanted) + " and is given " + to_string(input));
  }
}

Shape with_last(Shape shape, size_t drop, size_t last) {
  shape.resize(shape.size() - drop);
  shape.push_back(last);
  return shape;
}

/// First and last dimension a Flatten joins.
std::pair<size_t, size_t> joined(const std::string& name, const Flatten& node, const Shape& input) {
  const auto rank = static_cast<int64_t>(input.size());
  const int64_t start = node.start_dim < 0 ? node.start_dim + rank : node.start_dim;
  const int64_t end = node.end_dim < 0 ? node.end_dim + rank : node.end_dim;
  if (start < 0 || start >= rank) {
    bad(name, "start_dim", std::to_string(node.start_dim) + " is no dimension of " + to_string(input));
  }
  if (end < start || end >= rank) {
    bad(name, "end_dim",
        std::to_string(node.end_dim) + " is no dimension of " + to_string(input) + " from start_dim on");
  }
  return {static_cast<size_t>(start), static_cast<size_t>(end)};
}

/// What is asked of each kind beyond finite arrays of the right size.
struct Check {
  const std::string& name;

  void shape(const Shape& s) const {
    for (const size_t extent : s) {
      check_range(name, "shape", {extent}, 1);
    }
  }
  void operator()(const Input& n) const { shape(n.shape); }
  void operator()(const Output& n) const { shape(n.shape); }
  void operator()(const Linear& n) const { matrix(n.weight); }
  void operator()(const Affine& n) const {
    matrix(n.weight);
    check_bias(name, n.bias, n.weight.shape[n.weight.shape.size() - 2], false);
  }
  void operator()(const Conv1d& n) const {
    check_range(name, "input_shape", {n.input_length}, 0);
    check_range(name, "stride", {n.stride}, 1);
    check_range(name, "dilation", {n.dilation}, 1);
    check_range(name, "padding", {n.padding.first, n.padding.second}, 0);
    check_convolution(name, n.weight, n.bias, 3, n.groups);
  }
  void operator()(const Conv2d& n) const {
    check_range(name, "input_shape", {n.input_size.first, n.input_size.second}, 0);
    check_range(name, "stride", {n.stride.first, n.stride.second}, 1);
    check_range(name, "dilation", {n.dilation.first, n.dilation.second}, 1);
    check_range(
        name, "padding",
        {n.padding_before.first, n.padding_before.second, n.padding_after.first, n.padding_after.second}, 0);
    if ((n.input_size.first == 0) != (n.input_size.second == 0)) {
      bad(name, "input_shape", "names one side only");
    }
    check_convolution(name, n.weight, n.bias, 4, n.groups);
  }
  void operator()(const Pool2d& n) const {
    check_range(name, "kernel_size", {n.kernel.first, n.kernel.second}, 1);
    check_range(name, "stride", {n.stride.first, n.stride.second}, 1);
    check_range(name, "padding", {n.padding.first, n.padding.second}, 0);
  }
  void operator()(const Flatten& n) const {
    shape(n.input_shape);
    if (!n.input_shape.empty()) {
      joined(name, n, n.input_shape);
    }
  }
  void operator()(const Subgraph& n) const {
    if (!n.graph) {
      bad(name, "nodes", "is a graph that is not there");
    }
  }
  template <typename ElementWise>
  void operator()(const ElementWise& n) const {
    common_shape(name, NodeKind(n));
  }

 private:
  void matrix(const Tensor& weight) const {
    if (weight.shape.size() < 2) {
      bad(name, "weight", "has shape " + to_string(weight.shape) + ", expected (..., out, in)");
    }
  }
};

}  // namespace

void check_parameters(const std::string& name, const NodeKind& node) {
  const bool bias_optional = std::holds_alternative<Conv1d>(node) || std::holds_alternative<Conv2d>(node);
  visit_tensors(node, [&](const std::string& parameter, const Tensor& tensor) {
    if (tensor.empty() && !(bias_optional && parameter == "bias")) {
      bad(name, parameter, "holds no values");
    }
    if (!tensor.empty()) {
      check_values(name, parameter, tensor);
    }
  });
  std::visit(Check{name}, node);
}

std::optional<Shape> own_input_shape(const NodeKind& node) {
  if (const auto* n = std::get_if<Input>(&node)) {
    return n->shape;
  }
  if (const auto* n = std::get_if<Linear>(&node)) {
    return with_last(n->weight.shape, 2, n->weight.shape.back());
  }
  if (const auto* n = std::get_if<Affine>(&node)) {
    return with_last(n->weight.shape, 2, n->weight.shape.back());
  }
  if (const auto* n = std::get_if<Conv1d>(&node); n != nullptr && n->input_length != 0) {
    return Shape{n->weight.shape[1] * n->groups, n->input_length};
  }
  if (const auto* n = std::get_if<Conv2d>(&node); n != nullptr && n->input_size.first != 0) {
    return Shape{n->weight.shape[1] * n->groups, n->input_size.first, n->input_size.second};
  }
  if (const auto* n = std::get_if<Flatten>(&node); n != nullptr && !n->input_shape.empty()) {
    return n->input_shape;
  }
  if (element_wise(node)) {
    Shape common = common_shape("", node);
    if (!common.empty()) {
      return common;
    }
  }
  return std::nullopt;
}

Shape output_shape(const std::string& name, const NodeKind& node, const Shape& input) {
  if (const std::optional<Shape> own = own_input_shape(node)) {
    expect(name, input, *own);
  }
  if (const auto* n = std::get_if<Output>(&node)) {
    // Exporters write (1, 1, n) where n values arrive: only the number of elements is held to.
    if (elements(input) != elements(n->shape)) {
      expect(name, input, n->shape);
    }
    return n->shape;
  }
  if (const auto* n = std::get_if<Linear>(&node)) {
    return with_last(n->weight.shape, 2, n->weight.shape[n->weight.shape.size() - 2]);
  }
  if (const auto* n = std::get_if<Affine>(&node)) {
    return with_last(n->weight.shape, 2, n->weight.shape[n->weight.shape.size() - 2]);
  }
  if (const auto* n = std::get_if<Conv1d>(&node)) {
    if (input.size() != 2 || input[0] != n->weight.shape[1] * n->groups) {
      expect(name, input, {n->weight.shape[1] * n->groups, input.empty() ? 0 : input.back()});
    }
    return {n->weight.shape[0], positions(name, input[1], n->padding.first + n->padding.second, n->dilation,
                                          n->weight.shape[2], n->stride)};
  }
  if (const auto* n = std::get_if<Conv2d>(&node)) {
    if (input.size() != 3 || input[0] != n->weight.shape[1] * n->groups) {
      throw GraphError(Kind::kShapeMismatch, name, "weight",
                       "takes " + std::to_string(n->weight.shape[1] * n->groups) +
                           " channels of two dimensions and is given " + to_string(input));
    }
    return {n->weight.shape[0],
            positions(name, input[1], n->padding_before.first + n->padding_after.first, n->dilation.first,
                      n->weight.shape[2], n->stride.first),
            positions(name, input[2], n->padding_before.second + n->padding_after.second, n->dilation.second,
                      n->weight.shape[3], n->stride.second)};
  }
  if (const auto* n = std::get_if<Pool2d>(&node)) {
    if (input.size() != 3) {
      throw GraphError(Kind::kShapeMismatch, name, "",
                       "takes channels of two dimensions and is given " + to_string(input));
    }
    return {input[0], positions(name, input[1], 2 * n->padding.first, 1, n->kernel.first, n->stride.first),
            positions(name, input[2], 2 * n->padding.second, 1, n->kernel.second, n->stride.second)};
  }
  if (const auto* n = std::get_if<Flatten>(&node)) {
    const auto [start, end] = joined(name, *n, input);
    const auto at = [&](size_t i) { return input.begin() + static_cast<std::ptrdiff_t>(i); };
    Shape flat(at(0), at(start));
    flat.push_back(elements(Shape(at(start), at(end + 1))));
    flat.insert(flat.end(), at(end + 1), input.end());
    return flat;
  }
  return input;
}

NodeKind resolve_node(const NodeKind& node, const Shape& input) {
  NodeKind resolved = node;
  if (element_wise(node)) {
    visit_tensors(resolved, [&](const char*, Tensor& tensor) {
      if (tensor.values.size() == 1) {
        tensor = {input, std::vector<double>(elements(input), tensor.values[0])};
      }
    });
  }
  if (auto* conv1 = std::get_if<Conv1d>(&resolved)) {
    conv1->input_length = input[1];
  } else if (auto* conv2 = std::get_if<Conv2d>(&resolved)) {
    conv2->input_size = {input[1], input[2]};
  } else if (auto* flat = std::get_if<Flatten>(&resolved)) {
    flat->input_shape = input;
  }
  std::visit(
      [](auto& n) {
        if constexpr (requires { n.bias; }) {
          // A convolution's weight begins with what leaves, a matrix ends with (out, in).
          const size_t at = requires {
            n.groups;
          }
          ? 0 : n.weight.shape.size() - 2;
          const size_t outputs = n.weight.shape[at];
          if (n.bias.values.size() <= 1) {
            n.bias = {{outputs}, std::vector<double>(outputs, n.bias.empty() ? 0.0 : n.bias.values[0])};
          }
        }
      },
      resolved);
  return resolved;
}

}  // namespace photic::graph
