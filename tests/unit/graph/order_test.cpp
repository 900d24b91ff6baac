// SPDX-License-Identifier: Apache-2.0
// The order of one step, with and without cycles.
#include "models/graph/order.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/graph/make_graphs.h"

namespace photic::graph {
namespace {

using Edges = std::vector<Edge>;

size_t place(const Order& order, const std::string& name) {
  return static_cast<size_t>(std::find(order.nodes.begin(), order.nodes.end(), name) - order.nodes.begin());
}

/// Every edge goes forward or is feedback, and every node has a place.
void expect_order(const Graph& graph, const Order& order) {
  ASSERT_EQ(order.nodes.size(), graph.nodes.size());
  for (const Edge& edge : graph.edges) {
    const bool feedback =
        std::find(order.feedback.begin(), order.feedback.end(), edge) != order.feedback.end();
    EXPECT_EQ(place(order, edge.from) < place(order, edge.to), !feedback) << edge.from << " -> " << edge.to;
  }
}

TEST(Order, FollowsAChain) {
  const Order order = topological_order(test::chain());
  EXPECT_EQ(order.nodes, (std::vector<std::string>{"in", "weights", "neurons", "out"}));
  EXPECT_TRUE(order.feedback.empty());
}

TEST(Order, OpensACycleAtTheNeuronsFedFromOutside) {
  const Order order = topological_order(test::recurrent());
  expect_order(test::recurrent(), order);
  EXPECT_EQ(order.feedback, (Edges{{"again", "neurons"}}));
}

TEST(Order, KeepsEdgesBetweenCyclesForward) {
  // Two loops in a row; the second's neurons come first by name.
  Graph graph = test::recurrent();
  graph.nodes["a"] = test::lif({2});
  graph.nodes["b"] = Linear{test::counting({2, 2})};
  graph.edges = {{"in", "weights"},    {"weights", "neurons"},
                 {"neurons", "again"}, {"again", "neurons"},
                 {"neurons", "a"},     {"a", "b"},
                 {"b", "a"},           {"a", "out"}};
  const Order order = topological_order(graph);
  expect_order(graph, order);
  EXPECT_EQ(order.feedback, (Edges{{"again", "neurons"}, {"b", "a"}}));
}

TEST(Order, OpensCyclesWithinCycles) {
  Graph graph = test::recurrent();
  graph.nodes["delay"] = Delay{test::filled({2}, 0.001)};
  graph.nodes["mix"] = Linear{test::counting({2, 2})};
  graph.edges.push_back({"again", "delay"});
  graph.edges.push_back({"delay", "mix"});
  graph.edges.push_back({"mix", "again"});
  const Order order = topological_order(graph);
  expect_order(graph, order);
  EXPECT_EQ(order.feedback.size(), 2u);
}

TEST(Order, TakesANodeThatFeedsItself) {
  Graph graph = test::chain();
  graph.edges.push_back({"neurons", "neurons"});
  EXPECT_EQ(topological_order(graph).feedback, (Edges{{"neurons", "neurons"}}));
}

TEST(Order, DoesNotDependOnTheOrderOfEdges) {
  Graph graph = test::recurrent();
  const Order order = topological_order(graph);
  std::reverse(graph.edges.begin(), graph.edges.end());
  EXPECT_EQ(topological_order(graph), order);
}

TEST(Order, CopesWithThousandsOfCyclesInEachOther) {
  Graph graph;
  const auto name = [](size_t i) { return std::to_string(100000 + i); };
  for (size_t i = 0; i < 3000; ++i) {
    graph.nodes[name(i)] = Integrator{test::filled({1}, 1)};
    if (i > 0) {
      graph.edges.push_back({name(i), name(i - 1)});
      graph.edges.push_back({name(i - 1), name(i)});
    }
  }
  const Order order = topological_order(graph);
  EXPECT_EQ(order.nodes.size(), 3000u);
  EXPECT_EQ(order.feedback.size(), 2999u);
}

TEST(Order, RefusesACycleWithoutAState) {
  Graph graph = test::chain();
  graph.nodes["again"] = Linear{test::counting({3, 2})};
  graph.edges = {{"in", "weights"},
                 {"weights", "again"},
                 {"again", "weights"},
                 {"weights", "neurons"},
                 {"neurons", "out"}};
  try {
    topological_order(graph);
    FAIL();
  } catch (const GraphError& error) {
    EXPECT_EQ(error.kind(), GraphError::Kind::kCycle);
    EXPECT_EQ(error.node(), "again");
  }
}

TEST(Order, RefusesAGraphInsideAndANodeThatIsNotThere) {
  const auto kind = [](const Graph& graph) {
    try {
      topological_order(graph);
    } catch (const GraphError& error) {
      return error.kind();
    }
    return GraphError::Kind::kTooLarge;
  };
  EXPECT_EQ(kind(test::around(test::chain())), GraphError::Kind::kNested);
  Graph graph = test::chain();
  graph.edges.push_back({"neurons", "nowhere"});
  EXPECT_EQ(kind(graph), GraphError::Kind::kUnknownNode);
}

}  // namespace
}  // namespace photic::graph
