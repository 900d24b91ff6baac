// SPDX-License-Identifier: Apache-2.0
// Small graphs the tests start from.
#pragma once

#include <numeric>

#include "models/graph/shapes.h"

namespace photic::graph::test {

/// 0.5, 1.5, 2.5, ... in `shape`.
inline Tensor counting(Shape shape) {
  Tensor tensor{std::move(shape), {}};
  tensor.values.resize(elements(tensor.shape));
  std::iota(tensor.values.begin(), tensor.values.end(), 0.5);
  return tensor;
}

inline Tensor filled(Shape shape, double value) {
  const size_t count = elements(shape);
  return {std::move(shape), std::vector<double>(count, value)};
}

inline LeakyIntegrateFire lif(const Shape& shape) {
  return {filled(shape, 0.01), filled(shape, 1), filled(shape, 0), filled(shape, 1), filled(shape, 0)};
}

/// in -> weights -> neurons -> out, 3 values to 2.
inline Graph chain() {
  Graph graph;
  graph.nodes = {{"in", Input{{3}}},
                 {"weights", Affine{counting({2, 3}), counting({2})}},
                 {"neurons", lif({2})},
                 {"out", Output{{2}}}};
  graph.edges = {{"in", "weights"}, {"weights", "neurons"}, {"neurons", "out"}};
  return graph;
}

/// chain() with its neurons feeding themselves through "again".
inline Graph recurrent() {
  Graph graph = chain();
  graph.nodes["again"] = Linear{counting({2, 2})};
  graph.edges.push_back({"neurons", "again"});
  graph.edges.push_back({"again", "neurons"});
  return graph;
}

/// A graph between an Input and an Output around `inner`, which takes 3 and gives 2 values.
inline Graph around(const Graph& inner) {
  Graph graph;
  graph.nodes = {
      {"a", Input{{3}}}, {"block", Subgraph{std::make_shared<const Graph>(inner)}}, {"z", Output{{2}}}};
  graph.edges = {{"a", "block"}, {"block", "z"}};
  return graph;
}

}  // namespace photic::graph::test
