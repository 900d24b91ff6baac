// SPDX-License-Identifier: Apache-2.0
// In which order a graph's nodes are computed in a step, and which values they read from the step before.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/graph/graph.h"
#include "models/reference/spiking/convention.h"

namespace photic::reference::spiking {

/// Where a node's input comes from. `late`: what the source emitted in the step before, 0 in the first.
struct Source {
  size_t node = 0;
  bool late = false;

  bool operator==(const Source&) const = default;
};

/// Nodes are numbered in the order of Graph::nodes.
struct Plan {
  std::vector<std::string> names;
  std::vector<std::vector<Source>> sources;  // of each node, in the order of Graph::edges
  std::vector<size_t> order;  // every node once, readers after the sources they do not read late
};

/// Plans a graph without nested graphs. `early[n]`: node n's output does not depend on this step's input (a
/// Delay of a step or more), so it is computed before what feeds it.
///
/// A source is late
/// - with Latency::kOneStep: where neurons (or a Threshold) feed anything but the read-out, which is an
/// Output or
///   a node without memory that leads to Outputs only;
/// - where a cycle closes: graph::topological_order opens each cycle at one node, and what flows back into it
///   began as the last step's output of the neurons before it. A matrix in between is computed anew, so its
///   bias counts from the first step on.
/// Throws graph::GraphError for a cycle without neurons and without a Delay of a step or more.
Plan make_plan(const graph::Graph& graph, const std::vector<bool>& early, Latency latency);

}  // namespace photic::reference::spiking
