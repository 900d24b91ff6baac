// SPDX-License-Identifier: Apache-2.0
// Graphs that together hold every kind of node, and the published files.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "models/graph/shapes.h"

namespace photic::host::test {

inline graph::Tensor array(graph::Shape shape, double first = 0.5) {
  graph::Tensor tensor{std::move(shape), {}};
  for (size_t i = 0; i < graph::elements(tensor.shape); ++i) {
    tensor.values.push_back(first + 0.25 * static_cast<double>(i));
  }
  return tensor;
}

/// Every kind that treats elements one by one, in a row.
inline graph::Graph element_wise_graph() {
  using namespace graph;
  Graph g;
  const Shape s = {3};
  const std::vector<NodeKind> row = {
      Input{s},
      Linear{array({3, 3})},
      Affine{array({3, 3}), array(s, -1)},
      Scale{array(s)},
      Delay{array(s, 0.001)},
      Integrator{array(s)},
      LeakyIntegrator{array(s), array(s, 2), array(s, 0)},
      IntegrateFire{array(s), array(s, 1), array(s, -0.5)},
      LeakyIntegrateFire{array(s, 0.01), array(s), array(s), array(s, 7), array(s, -2)},
      CurrentLeakyIntegrator{array(s, 0.1), array(s, 0.2), array(s), array(s), array(s, 3)},
      CurrentLeakyIntegrateFire{array(s, 0.1), array(s, 0.2), array(s), array(s), array(s, 4), array(s, -1),
                                array(s, 5)},
      Threshold{array(s, 0.125)},
      Output{s}};
  for (size_t i = 0; i < row.size(); ++i) {
    g.nodes["n." + std::to_string(10 + i)] = row[i];
    if (i > 0) {
      g.edges.push_back({"n." + std::to_string(9 + i), "n." + std::to_string(10 + i)});
    }
  }
  g.edges.push_back({"n.18", "n.11"});
  g.metadata = {{"author", "someone"}, {"n.13/colour", "blue"}};
  return g;
}

/// Every kind that works on images. Kernels are square: the Python package takes one side for both.
inline graph::Graph image_graph() {
  using namespace graph;
  Graph g;
  g.nodes = {{"in", Input{{2, 12, 12}}},
             {"a", Conv2d{{12, 12}, array({4, 2, 3, 3}), array({4}), {2, 2}, {1, 1}, 1, {1, 1}, {1, 1}}},
             {"b", Conv2d{{6, 6}, array({4, 4, 2, 2}), array({4}), {1, 1}, {1, 1}, 1, {0, 0}, {1, 1}}},
             {"sum", Pool2d{false, {2, 2}, {2, 2}, {0, 0}}},
             {"mean", Pool2d{true, {2, 2}, {1, 1}, {1, 1}}},
             {"flat", Flatten{{4, 4, 4}, 1, -1}},
             {"line", Conv1d{16, array({4, 4, 3}), array({4}), 2, 1, 1, {1, 1}}},
             {"same", Conv1d{8, array({2, 4, 4}), array({2}), 1, 1, 1, {1, 2}}},
             {"out", Output{{2, 8}}}};
  g.edges = {{"in", "a"},      {"a", "b"},       {"b", "sum"},     {"sum", "mean"},
             {"mean", "flat"}, {"flat", "line"}, {"line", "same"}, {"same", "out"}};
  return g;
}

/// A graph inside a graph.
inline graph::Graph nested_graph() {
  using namespace graph;
  Graph inner;
  inner.nodes = {{"i", Input{{3}}}, {"w", Linear{array({2, 3})}}, {"o", Output{{2}}}};
  inner.edges = {{"i", "w"}, {"w", "o"}};
  inner.metadata = {{"kind", "inner"}};
  Graph outer;
  outer.nodes = {
      {"in", Input{{3}}}, {"block", Subgraph{std::make_shared<const Graph>(inner)}}, {"out", Output{{2}}}};
  outer.edges = {{"in", "block"}, {"block", "out"}};
  return outer;
}

/// A file among the published data; empty without data.
inline std::filesystem::path published(const std::string& name) {
  const char* folder = std::getenv("PHOTIC_DATA");
  const std::filesystem::path path = folder == nullptr ? "" : std::filesystem::path(folder) / name;
  return std::filesystem::exists(path) ? path : std::filesystem::path();
}

}  // namespace photic::host::test
