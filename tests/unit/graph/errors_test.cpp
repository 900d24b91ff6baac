// SPDX-License-Identifier: Apache-2.0
// Every way a graph can be without meaning, and that the error says where.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/unit/graph/make_graphs.h"

namespace photic::graph {
namespace {

using Kind = GraphError::Kind;
using test::counting;
using test::filled;

void expect_refusal(const Graph& graph, Kind kind, const std::string& node,
                    const std::string& parameter = "") {
  try {
    infer_shapes(graph);
    ADD_FAILURE() << "no error for " << node << ' ' << parameter;
  } catch (const GraphError& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_EQ(error.node(), node) << error.what();
    EXPECT_EQ(error.parameter(), parameter) << error.what();
    EXPECT_FALSE(error.reason().empty());
  }
}

/// chain() with another node in place of its weights.
Graph with_weights(NodeKind node) {
  Graph graph = test::chain();
  graph.nodes["weights"] = std::move(node);
  return graph;
}

Graph with_neurons(NodeKind node) {
  Graph graph = test::chain();
  graph.nodes["neurons"] = std::move(node);
  return graph;
}

TEST(GraphErrors, NameAnEdgeToANodeThatIsNotThere) {
  Graph graph = test::chain();
  graph.edges.push_back({"neurons", "nowhere"});
  expect_refusal(graph, Kind::kUnknownNode, "nowhere");
  graph = test::chain();
  graph.edges.push_back({"nowhere", "neurons"});
  expect_refusal(graph, Kind::kUnknownNode, "nowhere");
}

TEST(GraphErrors, NameEdgesThatMayNotBe) {
  Graph graph = test::chain();
  graph.edges.push_back(graph.edges[1]);
  expect_refusal(graph, Kind::kDuplicateEdge, "neurons");
  graph = test::chain();
  graph.edges.push_back({"weights", "in"});
  expect_refusal(graph, Kind::kBadEdge, "in");
  graph = test::chain();
  graph.edges.push_back({"out", "neurons"});
  expect_refusal(graph, Kind::kBadEdge, "out");
}

TEST(GraphErrors, NameMissingPorts) {
  Graph graph = test::chain();
  graph.nodes["in"] = Scale{filled({3}, 1)};
  expect_refusal(graph, Kind::kNoInput, "");
  graph = test::chain();
  graph.nodes["out"] = Scale{filled({2}, 1)};
  expect_refusal(graph, Kind::kNoOutput, "");
  graph = test::chain();
  graph.edges.pop_back();
  expect_refusal(graph, Kind::kNoOutput, "out");
  expect_refusal(Graph(), Kind::kNoInput, "");
}

TEST(GraphErrors, NameShapesThatDoNotMatch) {
  Graph graph = test::chain();
  graph.nodes["in"] = Input{{4}};
  expect_refusal(graph, Kind::kShapeMismatch, "weights");
  graph = test::chain();
  graph.nodes["out"] = Output{{3}};
  expect_refusal(graph, Kind::kShapeMismatch, "out");
  expect_refusal(with_neurons(test::lif({3})), Kind::kShapeMismatch, "neurons");
  expect_refusal(with_weights(Pool2d{}), Kind::kShapeMismatch, "weights");
  expect_refusal(with_weights(Conv1d{0, counting({2, 3, 1}), {}, 1, 1, 1, {0, 0}}), Kind::kShapeMismatch,
                 "weights");
  expect_refusal(with_weights(Conv2d{{2, 2}, counting({2, 3, 3, 3}), {}, {1, 1}, {1, 1}, 1, {0, 0}, {0, 0}}),
                 Kind::kShapeMismatch, "weights");
}

TEST(GraphErrors, NameParametersThatAreNotFinite) {
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    LeakyIntegrateFire neurons = test::lif({2});
    neurons.v_leak.values[1] = value;
    expect_refusal(with_neurons(neurons), Kind::kNotFinite, "neurons", "v_leak");
    Affine weights{counting({2, 3}), counting({2})};
    weights.weight.values[0] = value;
    expect_refusal(with_weights(weights), Kind::kNotFinite, "weights", "weight");
  }
}

TEST(GraphErrors, NameTimeConstantsThatAreNotAboveZero) {
  LeakyIntegrateFire neurons = test::lif({2});
  neurons.tau.values[1] = 0;
  expect_refusal(with_neurons(neurons), Kind::kBadParameter, "neurons", "tau");
  const Tensor one = filled({2}, 1);
  const Tensor minus = filled({2}, -1);
  expect_refusal(with_neurons(CurrentLeakyIntegrator{minus, one, one, one, one}), Kind::kBadParameter,
                 "neurons", "tau_syn");
  expect_refusal(with_neurons(CurrentLeakyIntegrateFire{one, minus, one, one, one, one, one}),
                 Kind::kBadParameter, "neurons", "tau_mem");
  expect_refusal(with_neurons(Delay{minus}), Kind::kBadParameter, "neurons", "delay");
}

TEST(GraphErrors, NameParametersThatAreMissingOrDoNotFitEachOther) {
  LeakyIntegrateFire neurons = test::lif({2});
  neurons.r = {};
  expect_refusal(with_neurons(neurons), Kind::kBadParameter, "neurons", "r");
  neurons.r = filled({3}, 1);
  expect_refusal(with_neurons(neurons), Kind::kBadParameter, "neurons", "r");
  neurons.r = {{2}, {1, 2, 3}};
  expect_refusal(with_neurons(neurons), Kind::kBadParameter, "neurons", "r");
  expect_refusal(with_weights(Affine{counting({2, 3}), counting({3})}), Kind::kBadParameter, "weights",
                 "bias");
  expect_refusal(with_weights(Affine{counting({2, 3}), {}}), Kind::kBadParameter, "weights", "bias");
  expect_refusal(with_weights(Linear{counting({6})}), Kind::kBadParameter, "weights", "weight");
  expect_refusal(with_weights(Linear{}), Kind::kBadParameter, "weights", "weight");
}

TEST(GraphErrors, NameWindowsThatCannotBe) {
  const Conv2d good{{0, 0}, counting({2, 3, 1, 1}), {}, {1, 1}, {1, 1}, 1, {0, 0}, {0, 0}};
  Conv2d conv = good;
  conv.stride = {1, 0};
  expect_refusal(with_weights(conv), Kind::kBadParameter, "weights", "stride");
  conv = good;
  conv.dilation = {0, 1};
  expect_refusal(with_weights(conv), Kind::kBadParameter, "weights", "dilation");
  conv = good;
  conv.groups = 3;
  expect_refusal(with_weights(conv), Kind::kBadParameter, "weights", "groups");
  conv = good;
  conv.input_size = {0, 4};
  expect_refusal(with_weights(conv), Kind::kBadParameter, "weights", "input_shape");
  conv = good;
  conv.padding_after = {size_t{1} << 40, 0};
  expect_refusal(with_weights(conv), Kind::kBadParameter, "weights", "padding");
  conv = good;
  conv.weight = counting({2, 3, 1});
  expect_refusal(with_weights(conv), Kind::kBadParameter, "weights", "weight");
  expect_refusal(with_weights(Pool2d{false, {0, 1}, {1, 1}, {0, 0}}), Kind::kBadParameter, "weights",
                 "kernel_size");
  expect_refusal(with_weights(Flatten{{}, 0, 3}), Kind::kBadParameter, "weights", "end_dim");
  expect_refusal(with_weights(Flatten{{}, 2, -1}), Kind::kBadParameter, "weights", "start_dim");
}

TEST(GraphErrors, NameANodeWhoseShapeNothingTells) {
  Graph graph = test::chain();
  graph.nodes["lonely"] = Pool2d{};
  expect_refusal(graph, Kind::kUnknownShape, "lonely");
}

TEST(GraphErrors, NameACycleWithoutAState) {
  Graph graph = test::chain();
  graph.nodes["again"] = Linear{counting({3, 2})};
  graph.edges.push_back({"weights", "again"});
  graph.edges.push_back({"again", "weights"});
  expect_refusal(graph, Kind::kCycle, "again");
}

TEST(GraphErrors, NameACycleThroughAGraphInside) {
  Graph inner = test::chain();
  inner.nodes["neurons"] = Scale{filled({2}, 1)};
  Graph graph = test::around(inner);
  graph.nodes["again"] = Linear{counting({3, 2})};
  graph.edges.push_back({"block", "again"});
  graph.edges.push_back({"again", "block"});
  expect_refusal(graph, Kind::kCycle, "again");
  EXPECT_NO_THROW(infer_shapes(test::around(test::chain())));
}

TEST(GraphErrors, NameNodesOfGraphsInsideByTheirPath) {
  Graph inner = test::chain();
  std::get<LeakyIntegrateFire>(inner.nodes["neurons"]).tau.values[0] = -1;
  expect_refusal(test::around(test::around(inner)), Kind::kBadParameter, "block.block.neurons", "tau");
  inner = test::chain();
  inner.nodes["second"] = Input{{3}};
  expect_refusal(test::around(inner), Kind::kNoInput, "block");
}

TEST(GraphErrors, NameSizesBeyondReason) {
  Graph graph;
  graph.nodes = {{"in", Input{{size_t{1} << 20, size_t{1} << 20}}}, {"out", Output{{1}}}};
  graph.edges = {{"in", "out"}};
  expect_refusal(graph, Kind::kTooLarge, "in");
  graph.nodes["in"] = Input{{0}};
  expect_refusal(graph, Kind::kBadParameter, "in", "shape");
  Graph deep = test::chain();
  for (int depth = 0; depth < 20; ++depth) {
    deep = test::around(deep);
  }
  try {
    infer_shapes(deep);
    FAIL();
  } catch (const GraphError& error) {
    EXPECT_EQ(error.kind(), Kind::kTooLarge);
  }
}

TEST(GraphErrors, NameANodeWithoutAName) {
  Graph graph = test::chain();
  graph.nodes[""] = Scale{filled({1}, 1)};
  expect_refusal(graph, Kind::kBadName, "");
}

}  // namespace
}  // namespace photic::graph
