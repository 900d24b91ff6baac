// SPDX-License-Identifier: Apache-2.0
// The order in which one step of a graph is computed.
#pragma once

#include "models/graph/graph.h"
#include "models/graph/graph_error.h"

namespace photic::graph {

/// Every node after all it is fed by in the same step, but for `feedback`: edges whose source comes at or
/// after its target, which carry what the source gave in the step before.
struct Order {
  std::vector<std::string> nodes;
  std::vector<Edge> feedback;

  bool operator==(const Order&) const = default;
};

/// Order of a graph without a Subgraph; a function of the graph's nodes and set of edges. Each cycle is
/// opened at the edges into one node with a state: one that is fed from outside the cycle if there is one,
/// else the first by name. Throws GraphError for a cycle without a state or a delay, for a Subgraph (flatten
/// it first) and for an edge that names a node that is not there.
Order topological_order(const Graph& graph);

}  // namespace photic::graph
