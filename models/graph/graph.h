// SPDX-License-Identifier: Apache-2.0
// A spiking network as a typed graph, in the vocabulary of NIR (Pedersen et al., "Neuromorphic intermediate
// representation", Nature Communications 15, 8122 (2024); nir 1.0): what readers produce, the float reference
// executes and the mapper consumes. Parameters are continuous-time (seconds, volts, ohms); nothing here knows
// about a time step, a number format or a device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace photic::graph {

/// Dimensions, first the slowest. Empty: a scalar.
using Shape = std::vector<size_t>;

/// Product of the dimensions; 1 for a scalar, the largest size_t for a product beyond it.
size_t elements(const Shape& shape);

/// "(2, 34, 34)".
std::string to_string(const Shape& shape);

/// A dense array of doubles in row-major order: values.size() == elements(shape).
struct Tensor {
  Shape shape;
  std::vector<double> values;

  bool empty() const { return values.empty(); }

  bool operator==(const Tensor&) const = default;
};

/// y = x. `shape` of one sample at one time, no batch and no time axis.
struct Input {
  Shape shape;

  bool operator==(const Input&) const = default;
};
struct Output {
  Shape shape;

  bool operator==(const Output&) const = default;
};

/// y = W x, weight (..., out, in).
struct Linear {
  Tensor weight;

  bool operator==(const Linear&) const = default;
};

/// y = W x + b, bias (out).
struct Affine {
  Tensor weight, bias;

  bool operator==(const Affine&) const = default;
};

/// y = scale . x, element by element.
struct Scale {
  Tensor scale;

  bool operator==(const Scale&) const = default;
};

/// Cross-correlation with torch's rules. weight (out, in / groups, kernel), bias (out) or empty.
struct Conv1d {
  size_t input_length = 0;  // 0: taken from the node before
  Tensor weight, bias;
  size_t stride = 1, dilation = 1, groups = 1;
  std::pair<size_t, size_t> padding{0, 0};  // before, after

  bool operator==(const Conv1d&) const = default;
};

/// Cross-correlation with torch's rules. weight (out, in / groups, kernel y, kernel x), bias (out) or empty;
/// pairs are (y, x).
struct Conv2d {
  std::pair<size_t, size_t> input_size{0, 0};  // 0: taken from the node before
  Tensor weight, bias;
  std::pair<size_t, size_t> stride{1, 1}, dilation{1, 1};
  size_t groups = 1;
  std::pair<size_t, size_t> padding_before{0, 0}, padding_after{0, 0};

  bool operator==(const Conv2d&) const = default;
};

/// Sum (or mean, padding counted) over windows; channels apart. Pairs are (y, x).
struct Pool2d {
  bool average = false;
  std::pair<size_t, size_t> kernel{1, 1}, stride{1, 1}, padding{0, 0};

  bool operator==(const Pool2d&) const = default;
};

/// Joins dimensions start..end (negative counts from the end; no batch axis) into one.
struct Flatten {
  Shape input_shape;
  int64_t start_dim = 0, end_dim = -1;

  bool operator==(const Flatten&) const = default;
};

/// y(t) = x(t - delay), seconds, one an element.
struct Delay {
  Tensor delay;

  bool operator==(const Delay&) const = default;
};

/// y = 1 if x > threshold, else 0.
struct Threshold {
  Tensor threshold;

  bool operator==(const Threshold&) const = default;
};

/// v' = R x.
struct Integrator {
  Tensor r;

  bool operator==(const Integrator&) const = default;
};

/// tau v' = (v_leak - v) + R x.
struct LeakyIntegrator {
  Tensor tau, r, v_leak;

  bool operator==(const LeakyIntegrator&) const = default;
};

/// v' = R x; a spike and v = v_reset when v > v_threshold.
struct IntegrateFire {
  Tensor r, v_threshold, v_reset;

  bool operator==(const IntegrateFire&) const = default;
};

/// tau v' = (v_leak - v) + R x; a spike and v = v_reset when v > v_threshold.
struct LeakyIntegrateFire {
  Tensor tau, r, v_leak, v_threshold, v_reset;

  bool operator==(const LeakyIntegrateFire&) const = default;
};

/// tau_syn i' = -i + w_in x; tau_mem v' = (v_leak - v) + R i.
struct CurrentLeakyIntegrator {
  Tensor tau_syn, tau_mem, r, v_leak, w_in;

  bool operator==(const CurrentLeakyIntegrator&) const = default;
};

/// CurrentLeakyIntegrator with a spike and v = v_reset when v > v_threshold.
struct CurrentLeakyIntegrateFire {
  Tensor tau_syn, tau_mem, r, v_leak, v_threshold, v_reset, w_in;

  bool operator==(const CurrentLeakyIntegrateFire&) const = default;
};

struct Graph;

/// A graph inside a graph: what enters it goes to its Input nodes, what leaves comes from its Output nodes.
struct Subgraph {
  std::shared_ptr<const Graph> graph;

  /// Equal when the graphs are, wherever they lie.
  bool operator==(const Subgraph& other) const;
};

using NodeKind = std::variant<Input, Output, Linear, Affine, Scale, Conv1d, Conv2d, Pool2d, Flatten, Delay,
                              Threshold, Integrator, LeakyIntegrator, IntegrateFire, LeakyIntegrateFire,
                              CurrentLeakyIntegrator, CurrentLeakyIntegrateFire, Subgraph>;

/// Values from `from` are added, unchanged, to what `to` receives.
struct Edge {
  std::string from, to;

  auto operator<=>(const Edge&) const = default;
};

/// Nodes by name and the edges between them. Several edges into a node add. Cycles are allowed if every cycle
/// holds a node with a state or a delay.
struct Graph {
  std::map<std::string, NodeKind> nodes;
  std::vector<Edge> edges;
  std::map<std::string, std::string> metadata;

  bool operator==(const Graph&) const = default;
};

/// NIR's name of a node's kind: "CubaLIF".
std::string_view kind_name(const NodeKind& node);

/// True for the kinds that hold a state from one time to the next (integrators, spiking neurons and Delay).
bool has_state(const NodeKind& node);

/// True for the kinds whose output is spikes: Threshold and the neurons with a threshold.
bool spikes(const NodeKind& node);

}  // namespace photic::graph
