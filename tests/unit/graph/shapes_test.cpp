// SPDX-License-Identifier: Apache-2.0
// Shapes of every kind of node, and graphs with nothing left to infer.
#include <gtest/gtest.h>

#include "tests/unit/graph/make_graphs.h"

namespace photic::graph {
namespace {

using test::counting;
using test::filled;

/// Shape of what leaves `node` when `input` enters it.
Shape through(const NodeKind& node, const Shape& input) {
  Graph graph;
  graph.nodes = {{"in", Input{input}}, {"node", node}, {"relay", Scale{filled({}, 1)}}, {"out", Output{{1}}}};
  graph.edges = {{"in", "node"}, {"node", "relay"}};
  // An Output must be reached, by what it declares: what the node gives is read off a node of any shape.
  graph.edges.push_back({"tail", "out"});
  graph.nodes["tail"] = Scale{filled({1}, 1)};
  return infer_shapes(graph).at("relay").input;
}

TEST(Shapes, SpreadFromTheInputAlongAChain) {
  const auto shapes = infer_shapes(test::chain());
  EXPECT_EQ(shapes.at("in"), (NodeShapes{{3}, {3}}));
  EXPECT_EQ(shapes.at("weights"), (NodeShapes{{3}, {2}}));
  EXPECT_EQ(shapes.at("neurons"), (NodeShapes{{2}, {2}}));
  EXPECT_EQ(shapes.at("out"), (NodeShapes{{2}, {2}}));
}

TEST(Shapes, OfMatricesKeepLeadingDimensions) {
  EXPECT_EQ(through(Linear{counting({4, 3})}, {3}), Shape{4});
  EXPECT_EQ(through(Linear{counting({5, 4, 3})}, {5, 3}), (Shape{5, 4}));
  EXPECT_EQ(through(Affine{counting({4, 3}), counting({4})}, {3}), Shape{4});
}

TEST(Shapes, OfConvolutionsFollowTorch) {
  Conv2d conv{{34, 34}, counting({16, 2, 5, 5}), counting({16}), {2, 2}, {1, 1}, 1, {1, 1}, {1, 1}};
  EXPECT_EQ(through(conv, {2, 34, 34}), (Shape{16, 16, 16}));
  conv.input_size = {0, 0};
  EXPECT_EQ(through(conv, {2, 20, 30}), (Shape{16, 9, 14}));
  conv.dilation = {2, 1};
  conv.padding_after = {3, 1};
  EXPECT_EQ(through(conv, {2, 20, 30}), (Shape{16, 8, 14}));
  const Conv2d grouped{{0, 0}, counting({4, 1, 3, 1}), {}, {1, 1}, {1, 1}, 2, {0, 0}, {0, 0}};
  EXPECT_EQ(through(grouped, {2, 5, 5}), (Shape{4, 3, 5}));
  const Conv1d line{0, counting({6, 2, 3}), counting({6}), 2, 2, 1, {1, 2}};
  EXPECT_EQ(through(line, {2, 10}), (Shape{6, 5}));
}

TEST(Shapes, OfPoolingRoundDown) {
  EXPECT_EQ(through(Pool2d{false, {2, 2}, {2, 2}, {0, 0}}, {8, 5, 6}), (Shape{8, 2, 3}));
  EXPECT_EQ(through(Pool2d{true, {3, 2}, {1, 2}, {1, 0}}, {8, 5, 6}), (Shape{8, 5, 3}));
}

TEST(Shapes, OfFlattenJoinTheDimensionsItNames) {
  EXPECT_EQ(through(Flatten{{}, 0, -1}, {8, 4, 4}), Shape{128});
  EXPECT_EQ(through(Flatten{{8, 4, 4}, 1, 2}, {8, 4, 4}), (Shape{8, 16}));
  EXPECT_EQ(through(Flatten{{}, -3, 1}, {8, 4, 4}), (Shape{32, 4}));
}

TEST(Shapes, OfNodesWithSingleParametersComeFromTheNodeBefore) {
  EXPECT_EQ(through(Integrator{filled({}, 1)}, {4, 5}), (Shape{4, 5}));
  EXPECT_EQ(through(Delay{filled({}, 0.001)}, {7}), Shape{7});
  EXPECT_EQ(through(Threshold{filled({4, 5}, 1)}, {4, 5}), (Shape{4, 5}));
}

TEST(Shapes, GoAroundACycle) {
  EXPECT_EQ(infer_shapes(test::recurrent()).at("again"), (NodeShapes{{2}, {2}}));
}

TEST(Shapes, OfAGraphInsideAreThoseOfItsPorts) {
  const auto shapes = infer_shapes(test::around(test::chain()));
  EXPECT_EQ(shapes.at("block"), (NodeShapes{{3}, {2}}));
  EXPECT_EQ(shapes.at("block.weights"), (NodeShapes{{3}, {2}}));
}

TEST(Shapes, OfAnOutputMayBeDeclaredWithOtherDimensions) {
  Graph graph = test::chain();
  graph.nodes["out"] = Output{{1, 1, 2}};
  EXPECT_EQ(infer_shapes(graph).at("out"), (NodeShapes{{2}, {1, 1, 2}}));
}

TEST(Resolve, BroadcastsSingleValuesAndFillsInSizes) {
  Graph graph;
  graph.nodes = {{"in", Input{{2, 6, 6}}},
                 {"conv", Conv2d{{0, 0}, counting({4, 2, 3, 3}), {}, {1, 1}, {1, 1}, 1, {1, 1}, {1, 1}}},
                 {"fire", IntegrateFire{filled({}, 2), filled({}, 3), filled({}, 0)}},
                 {"flat", Flatten{{}, 0, -1}},
                 {"out", Output{{144}}}};
  graph.edges = {{"in", "conv"}, {"conv", "fire"}, {"fire", "flat"}, {"flat", "out"}};
  const Graph resolved = resolve(graph);
  const auto& conv = std::get<Conv2d>(resolved.nodes.at("conv"));
  EXPECT_EQ(conv.input_size, (std::pair<size_t, size_t>{6, 6}));
  EXPECT_EQ(conv.bias, filled({4}, 0));
  EXPECT_EQ(std::get<IntegrateFire>(resolved.nodes.at("fire")).v_threshold, filled({4, 6, 6}, 3));
  EXPECT_EQ(std::get<Flatten>(resolved.nodes.at("flat")).input_shape, (Shape{4, 6, 6}));
  EXPECT_EQ(resolve(resolved), resolved);
}

TEST(Resolve, ReachesIntoGraphsInside) {
  Graph inner = test::chain();
  std::get<LeakyIntegrateFire>(inner.nodes["neurons"]).r = filled({}, 7);
  const Graph resolved = resolve(test::around(inner));
  const Graph& inside = *std::get<Subgraph>(resolved.nodes.at("block")).graph;
  EXPECT_EQ(std::get<LeakyIntegrateFire>(inside.nodes.at("neurons")).r, filled({2}, 7));
}

}  // namespace
}  // namespace photic::graph
