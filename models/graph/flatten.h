// SPDX-License-Identifier: Apache-2.0
// Graphs inside graphs, dissolved.
#pragma once

#include "models/graph/graph.h"
#include "models/graph/graph_error.h"

namespace photic::graph {

/// The same computation without a Subgraph: a node `b` of the graph inside node `a` becomes "a.b", the Input
/// and Output of a graph inside vanish and the edges join what they joined. Metadata is the outermost
/// graph's. Throws GraphError for names that would coincide, for an edge that would be there twice and for
/// graphs without one Input and one Output inside.
Graph flatten(const Graph& graph);

}  // namespace photic::graph
