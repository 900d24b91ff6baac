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

/// Product of the dimensions; 1 for a scalar.
size_t elements(const Shape& shape);

/// "(2, 34, 34)".
std::string to_string(const Shape& shape);

/// A dense array of doubles in row-major order: values.size() == elements(shape).
struct Tensor {
  Shape shape;
  std::vector<double> values;

  bool empty() const { return values.empty(); }
};

/// y = x. `shape` of one sample at one time, no batch and no time axis.
struct Input {
  Shape shape;
};
struct Output {
  Shape shape;
};

/// y = W x, weight (..., out, in).
struct Linear {
  Tensor weight;
};

/// y = W x + b, bias (out).
struct Affine {
  Tensor weight, bias;
};

/// y = scale . x, element by element.
struct Scale {
  Tensor scale;
};

/// Cross-correlation with torch's rules. weight (out, in / groups, kernel), bias (out) or empty.
struct Conv1d {
  size_t input_length = 0;  // 0: taken from the node before
  Tensor weight, bias;
  size_t stride = 1, dilation = 1, groups = 1;
  std::pair<size_t, size_t> padding{0, 0};  // before, after
};

/// Cross-correlation with torch's rules. weight (out, in / groups, kernel y, kernel x), bias (out) or empty;
/// pairs are (y, x).
struct Conv2d {
  std::pair<size_t, size_t> input_size{0, 0};  // 0: taken from the node before
  Tensor weight, bias;
  std::pair<size_t, size_t> stride{1, 1}, dilation{1, 1};
  size_t groups = 1;
  std::pair<size_t, size_t> padding_before{0, 0}, padding_after{0, 0};
};

/// Sum (or mean, padding counted) over windows; channels apart. Pairs are (y, x).
struct Pool2d {
  bool average = false;
  std::pair<size_t, size_t> kernel{1, 1}, stride{1, 1}, padding{0, 0};
};

/// Joins dimensions start..end (negative counts from the end; no batch axis) into one.
struct Flatten {
  Shape input_shape;
  int64_t start_dim = 0, end_dim = -1;
};

/// y(t) = x(t - delay), seconds, one an element.
struct Delay {
  Tensor delay;
};

/// y = 1 if x > threshold, else 0.
struct Threshold {
  Tensor threshold;
};

/// v' = R x.
struct Integrator {
  Tensor r;
};

/// tau v' = (v_leak - v) + R x.
struct LeakyIntegrator {
  Tensor tau, r, v_leak;
};

/// v' = R x; a spike and v = v_reset when v > v_threshold.
struct IntegrateFire {
  Tensor r, v_threshold, v_reset;
};

/// tau v' = (v_leak - v) + R x; a spike and v = v_reset when v > v_threshold.
struct LeakyIntegrateFire {
  Tensor tau, r, v_leak, v_threshold, v_reset;
};

/// tau_syn i' = -i + w_in x; tau_mem v' = (v_leak - v) + R i.
struct CurrentLeakyIntegrator {
  Tensor tau_syn, tau_mem, r, v_leak, w_in;
};

/// CurrentLeakyIntegrator with a spike and v = v_reset when v > v_threshold.
struct CurrentLeakyIntegrateFire {
  Tensor tau_syn, tau_mem, r, v_leak, v_threshold, v_reset, w_in;
};

struct Graph;

/// A graph inside a graph: what enters it goes to its Input nodes, what leaves comes from its Output nodes.
struct Subgraph {
  std::shared_ptr<const Graph> graph;
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
};

/// NIR's name of a node's kind: "CubaLIF".
std::string_view kind_name(const NodeKind& node);

/// True for the kinds that hold a state from one time to the next (integrators, spiking neurons and Delay).
bool has_state(const NodeKind& node);

/// True for the kinds whose output is spikes.
bool spikes(const NodeKind& node);

}  // namespace photic::graph
