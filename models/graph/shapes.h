// SPDX-License-Identifier: Apache-2.0
// Whether a graph has a meaning, and the shape of everything that flows in it.
#pragma once

#include "models/graph/graph.h"
#include "models/graph/graph_error.h"

namespace photic::graph {

/// Shape of one sample at one time, entering and leaving a node. They differ for an Output that is declared
/// with another shape of as many elements than what reaches it.
struct NodeShapes {
  Shape input, output;

  bool operator==(const NodeShapes&) const = default;
};

/// Most elements a node may take or give, and most nodes of a graph with all graphs inside it.
inline constexpr size_t kMaxElements = size_t{1} << 24;
inline constexpr size_t kMaxNodes = 10000;
/// Most parameter values of a graph with nothing left to infer.
inline constexpr size_t kMaxValues = size_t{1} << 26;
/// Most graphs inside each other.
inline constexpr size_t kMaxNesting = 16;

/// Shapes of every node, those of the graphs inside as "<outer>.<inner>". Throws GraphError, naming node and
/// parameter, unless `graph` can be executed: edges join nodes that are there, no edge is there twice, none
/// enters an Input or leaves an Output, parameters are finite and in range, shapes agree along every edge,
/// every cycle holds a state or a delay, and there are an Input and an Output (exactly one of each in a graph
/// inside another) that something reaches.
std::map<std::string, NodeShapes> infer_shapes(const Graph& graph);

/// The same graph with nothing left to infer: single-valued parameters broadcast to their node's shape, input
/// sizes of convolutions and Flatten filled in, an absent bias made of zeros. Throws as infer_shapes.
Graph resolve(const Graph& graph);

}  // namespace photic::graph
