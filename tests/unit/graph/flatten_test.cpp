// SPDX-License-Identifier: Apache-2.0
// Graphs inside graphs, dissolved.
#include "models/graph/flatten.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/graph/make_graphs.h"

namespace photic::graph {
namespace {

using Kind = GraphError::Kind;

std::vector<Edge> sorted(std::vector<Edge> edges) {
  std::sort(edges.begin(), edges.end());
  return edges;
}

Kind refusal(const Graph& graph) {
  try {
    flatten(graph);
  } catch (const GraphError& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return Kind::kTooLarge;
}

TEST(Flatten, LeavesAFlatGraphAsItIs) {
  Graph graph = test::recurrent();
  graph.metadata = {{"author", "someone"}};
  const Graph flat = flatten(graph);
  EXPECT_EQ(flat.nodes, graph.nodes);
  EXPECT_EQ(sorted(flat.edges), sorted(graph.edges));
  EXPECT_EQ(flat.metadata, graph.metadata);
}

TEST(Flatten, JoinsNamesByDotsAndEdgesThroughPorts) {
  const Graph flat = flatten(test::around(test::chain()));
  EXPECT_EQ(flat.nodes.size(), 4u);
  EXPECT_EQ(flat.nodes.at("block.weights"), test::chain().nodes.at("weights"));
  EXPECT_EQ(sorted(flat.edges),
            (std::vector<Edge>{
                {"a", "block.weights"}, {"block.neurons", "z"}, {"block.weights", "block.neurons"}}));
  EXPECT_EQ(infer_shapes(flat).at("z").input, Shape{2});
}

TEST(Flatten, GoesAsDeepAsTheGraphsDo) {
  const Graph flat = flatten(test::around(test::around(test::chain())));
  EXPECT_TRUE(flat.nodes.contains("block.block.neurons"));
  EXPECT_EQ(flat.nodes.size(), 4u);
  EXPECT_EQ(flat.edges.size(), 3u);
}

TEST(Flatten, JoinsThroughAGraphThatOnlyPassesOn) {
  Graph wire;
  wire.nodes = {{"i", Input{{3}}}, {"o", Output{{3}}}};
  wire.edges = {{"i", "o"}};
  Graph graph = test::chain();
  graph.nodes["wire"] = Subgraph{std::make_shared<const Graph>(wire)};
  graph.edges[0] = {"in", "wire"};
  graph.edges.push_back({"wire", "weights"});
  EXPECT_EQ(sorted(flatten(graph).edges), sorted(test::chain().edges));
}

TEST(Flatten, RefusesNamesThatCoincide) {
  Graph graph = test::around(test::chain());
  graph.nodes["block.weights"] = Scale{test::filled({3}, 1)};
  EXPECT_EQ(refusal(graph), Kind::kBadName);
}

TEST(Flatten, RefusesAnEdgeThatWouldBeThereTwice) {
  Graph wire;
  wire.nodes = {{"i", Input{{3}}}, {"o", Output{{3}}}};
  wire.edges = {{"i", "o"}};
  Graph graph = test::chain();
  graph.nodes["wire"] = Subgraph{std::make_shared<const Graph>(wire)};
  graph.edges.push_back({"in", "wire"});
  graph.edges.push_back({"wire", "weights"});
  EXPECT_EQ(refusal(graph), Kind::kDuplicateEdge);
}

TEST(Flatten, RefusesALoopOfWires) {
  Graph wire;
  wire.nodes = {{"i", Input{{3}}}, {"o", Output{{3}}}};
  wire.edges = {{"i", "o"}};
  Graph graph = test::chain();
  graph.nodes["wire"] = Subgraph{std::make_shared<const Graph>(wire)};
  graph.edges.push_back({"wire", "wire"});
  EXPECT_EQ(refusal(graph), Kind::kCycle);
}

TEST(Flatten, RefusesPortsThatAreMissingOrTooMany) {
  Graph inner = test::chain();
  inner.nodes["second"] = Input{{3}};
  EXPECT_EQ(refusal(test::around(inner)), Kind::kNoInput);
  inner = test::chain();
  inner.nodes["out"] = Scale{test::filled({2}, 1)};
  EXPECT_EQ(refusal(test::around(inner)), Kind::kNoOutput);
  Graph graph = test::around(test::chain());
  graph.nodes["block"] = Subgraph{};
  EXPECT_EQ(refusal(graph), Kind::kBadParameter);
}

TEST(Flatten, RefusesGraphsThatMultiply) {
  Graph graph = test::chain();
  for (int depth = 0; depth < 14; ++depth) {
    // Two of the last in each: 2^14 chains at the end.
    Graph outer = test::around(graph);
    outer.nodes["twin"] = outer.nodes["block"];
    graph = outer;
  }
  EXPECT_EQ(refusal(graph), Kind::kTooLarge);
}

}  // namespace
}  // namespace photic::graph
