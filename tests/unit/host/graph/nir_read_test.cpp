// SPDX-License-Identifier: Apache-2.0
// The published NIR files with their parameters, and the forms in which versions write the same thing.
#include <gtest/gtest.h>

#include "host/graph/nir.h"
#include "models/graph/order.h"
#include "tests/unit/host/graph/nir_graphs.h"

namespace photic::host {
namespace {

using graph::Graph;
using graph::Shape;
using graph::Tensor;

template <typename Node>
const Node& node(const Graph& graph, const std::string& name) {
  return std::get<Node>(graph.nodes.at(name));
}

class PublishedNir : public testing::Test {
 protected:
  void SetUp() override {
    if (test::published("nir").empty()) {
      GTEST_SKIP() << "skipped: no data";
    }
  }
  Graph read(const std::string& name) { return read_nir(test::published("nir/" + name)); }
};

TEST_F(PublishedNir, TheNeuronOfNorse) {
  const Graph g = read("lif_norse.nir");
  EXPECT_EQ(topological_order(g).nodes, (std::vector<std::string>{"input", "0", "1", "output"}));
  EXPECT_EQ(node<graph::Affine>(g, "0").weight, (Tensor{{1, 1}, {1}}));
  EXPECT_EQ(node<graph::Affine>(g, "0").bias, (Tensor{{1}, {0}}));
  const auto& lif = node<graph::LeakyIntegrateFire>(g, "1");
  EXPECT_EQ(lif.tau.values, std::vector<double>{0.0025f});
  EXPECT_EQ(lif.r.values, std::vector<double>{1});
  EXPECT_EQ(lif.v_leak.values, std::vector<double>{0});
  EXPECT_EQ(lif.v_threshold.values, std::vector<double>{0.1f});
  EXPECT_EQ(lif.v_reset, (Tensor{{1}, {0}}));
}

TEST_F(PublishedNir, TheNeuronOfRockpool) {
  const Graph g = read("lif_rockpool.nir");
  EXPECT_EQ(node<graph::Linear>(g, "0_LinearTorch").weight, (Tensor{{1, 1}, {0.04f}}));
  const auto& lif = node<graph::LeakyIntegrateFire>(g, "1_LIFNeuronTorch");
  EXPECT_EQ(lif.tau.values, std::vector<double>{0.0025f});
  EXPECT_EQ(lif.r.values, std::vector<double>{24.019737f});
  EXPECT_EQ(lif.v_threshold.values, std::vector<double>{0.1f});
  EXPECT_EQ(node<graph::Output>(g, "output").shape, (Shape{1, 1, 1}));
  EXPECT_EQ(infer_shapes(g).at("output").input, Shape{1});
}

TEST_F(PublishedNir, TwoNeuronsInARow) {
  const Graph g = read("two_lif_neurons.nir");
  EXPECT_EQ(topological_order(g).nodes,
            (std::vector<std::string>{"in", "linear1", "lif1", "linear2", "lif2", "out"}));
  EXPECT_EQ(node<graph::LeakyIntegrateFire>(g, "lif1").v_leak.values, std::vector<double>{1.2});
  EXPECT_EQ(node<graph::LeakyIntegrateFire>(g, "lif1").v_threshold.values, std::vector<double>{1});
  EXPECT_EQ(node<graph::LeakyIntegrateFire>(g, "lif2").v_threshold.values, std::vector<double>{20});
  EXPECT_EQ(node<graph::LeakyIntegrateFire>(g, "lif2").tau.values, std::vector<double>{0.01});
}

TEST_F(PublishedNir, TheConvolutionalNetwork) {
  const Graph g = read("cnn_sinabs.nir");
  EXPECT_EQ(topological_order(g).nodes,
            (std::vector<std::string>{"input", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11",
                                      "12", "output"}));
  const auto shapes = infer_shapes(g);
  EXPECT_EQ(shapes.at("0"), (graph::NodeShapes{{2, 34, 34}, {16, 16, 16}}));
  EXPECT_EQ(shapes.at("4"), (graph::NodeShapes{{16, 16, 16}, {16, 8, 8}}));
  EXPECT_EQ(shapes.at("8"), (graph::NodeShapes{{8, 4, 4}, {128}}));
  EXPECT_EQ(shapes.at("output").output, Shape{10});
  const auto& conv = node<graph::Conv2d>(g, "0");
  EXPECT_EQ(conv.weight.shape, (Shape{16, 2, 5, 5}));
  EXPECT_EQ(conv.weight.values[0], -2.57342190e-01f);
  EXPECT_EQ(conv.stride, (std::pair<size_t, size_t>{2, 2}));
  EXPECT_EQ(conv.padding_before, (std::pair<size_t, size_t>{1, 1}));
  EXPECT_EQ(conv.padding_after, conv.padding_before);
  EXPECT_EQ(conv.input_size, (std::pair<size_t, size_t>{34, 34}));
  EXPECT_EQ(conv.groups, 1u);
  const auto& fire = node<graph::IntegrateFire>(g, "6");
  EXPECT_EQ(fire.r, (Tensor{{8, 8, 8}, std::vector<double>(512, 1.0)}));
  EXPECT_EQ(fire.v_threshold, fire.r);
  EXPECT_EQ(fire.v_reset, (Tensor{{8, 8, 8}, std::vector<double>(512, 0.0)}));
  EXPECT_EQ(node<graph::Affine>(g, "11").weight.shape, (Shape{10, 256}));
  EXPECT_NEAR(node<graph::Affine>(g, "11").weight.values[0], 0.009488, 1e-8);
}

hdf5::Group tree(const Graph& graph) {
  return tree_from_graph(graph, "file");
}

hdf5::Group& member(hdf5::Group& root, const std::string& node) {
  return root.groups["node"].groups["nodes"].groups.at(node);
}

TEST(NirForms, MissingResetIsZeroAndMissingInputWeightIsOne) {
  hdf5::Group root = tree(test::element_wise_graph());
  for (const char* name : {"n.17", "n.18", "n.20"}) {
    EXPECT_EQ(member(root, name).datasets.erase("v_reset"), 1u);
  }
  for (const char* name : {"n.19", "n.20"}) {
    EXPECT_EQ(member(root, name).datasets.erase("w_in"), 1u);
  }
  const Graph g = graph_from_tree(root, "file");
  const Tensor zeros{{3}, {0, 0, 0}}, ones{{3}, {1, 1, 1}};
  EXPECT_EQ(node<graph::IntegrateFire>(g, "n.17").v_reset, zeros);
  EXPECT_EQ(node<graph::LeakyIntegrateFire>(g, "n.18").v_reset, zeros);
  EXPECT_EQ(node<graph::CurrentLeakyIntegrateFire>(g, "n.20").v_reset, zeros);
  EXPECT_EQ(node<graph::CurrentLeakyIntegrator>(g, "n.19").w_in, ones);
  EXPECT_EQ(node<graph::CurrentLeakyIntegrateFire>(g, "n.20").w_in, ones);
}

TEST(NirForms, SingleValuesStandForArrays) {
  hdf5::Group root = tree(test::element_wise_graph());
  member(root, "n.20").datasets["w_in"] = {{}, std::vector<double>{5.5}};
  member(root, "n.20").datasets["r"] = {{1}, std::vector<int64_t>{2}};
  const Graph g = graph_from_tree(root, "file");
  EXPECT_EQ(node<graph::CurrentLeakyIntegrateFire>(g, "n.20").w_in, (Tensor{{3}, {5.5, 5.5, 5.5}}));
  EXPECT_EQ(node<graph::CurrentLeakyIntegrateFire>(g, "n.20").r, (Tensor{{3}, {2, 2, 2}}));
}

TEST(NirForms, PaddingIsANumberAPairOrAWord) {
  const auto padding = [](hdf5::Dataset value) {
    hdf5::Group root = tree(test::image_graph());
    // Only the convolution under test remains, between ports that fit any result.
    const hdf5::Group conv = member(root, "b");
    auto& nodes = root.groups["node"].groups["nodes"].groups;
    nodes = {{"in", nodes["in"]}, {"b", conv}, {"out", nodes["out"]}};
    nodes["in"].datasets["shape"] = hdf5::list({4, 6, 6});
    nodes["b"].datasets["padding"] = value;
    nodes["b"].datasets.erase("input_shape");
    root.groups["node"].datasets["edges"] = {{2, 2}, std::vector<std::string>{"in", "b", "b", "out"}};
    for (const int64_t side : {5, 6, 7, 9}) {
      nodes["out"].datasets["shape"] = hdf5::list({4, side, side});
      try {
        const Graph g = graph_from_tree(root, "file");
        const auto& read = node<graph::Conv2d>(g, "b");
        return std::pair(read.padding_before, read.padding_after);
      } catch (const GraphFileError&) {
        continue;
      }
    }
    ADD_FAILURE() << "no size of the output fits";
    return std::pair(std::pair<size_t, size_t>{99, 99}, std::pair<size_t, size_t>{99, 99});
  };
  using Pair = std::pair<size_t, size_t>;
  EXPECT_EQ(padding(hdf5::scalar(int64_t{1})), (std::pair<Pair, Pair>{{1, 1}, {1, 1}}));
  EXPECT_EQ(padding(hdf5::list({2, 2})), (std::pair<Pair, Pair>{{2, 2}, {2, 2}}));
  EXPECT_EQ(padding(hdf5::scalar(std::string("valid"))), (std::pair<Pair, Pair>{{0, 0}, {0, 0}}));
  EXPECT_EQ(padding(hdf5::scalar(std::string("same"))), (std::pair<Pair, Pair>{{0, 0}, {1, 1}}));
}

TEST(NirForms, AConvolutionMayLackItsBiasAndSizesMayBeFloating) {
  hdf5::Group root = tree(test::image_graph());
  member(root, "a").datasets.erase("bias");
  member(root, "a").datasets["stride"] = {{2}, std::vector<double>{2, 2}};
  const Graph g = graph_from_tree(root, "file");
  EXPECT_EQ(node<graph::Conv2d>(g, "a").bias, (Tensor{{4}, {0, 0, 0, 0}}));
  EXPECT_EQ(node<graph::Conv2d>(g, "a").stride, (std::pair<size_t, size_t>{2, 2}));
}

TEST(NirForms, MetadataBecomesText) {
  hdf5::Group root = tree(test::element_wise_graph());
  auto& metadata = root.groups["node"].groups["metadata"];
  metadata.datasets["epochs"] = hdf5::scalar(int64_t{12});
  metadata.datasets["rate"] = {{}, std::vector<double>{0.5}};
  metadata.datasets["losses"] = hdf5::list({1, 2, 3});
  EXPECT_EQ(graph_from_tree(root, "file").metadata,
            (std::map<std::string, std::string>{
                {"author", "someone"}, {"epochs", "12"}, {"n.13/colour", "blue"}, {"rate", "0.5"}}));
}

TEST(NirForms, AFileMayLackItsVersion) {
  hdf5::Group root = tree(test::nested_graph());
  root.datasets.erase("version");
  EXPECT_EQ(graph_from_tree(root, "file"), test::nested_graph());
  root.datasets["version"] = {{1}, std::vector<std::string>{"0.2.0"}};
  EXPECT_EQ(graph_from_tree(root, "file"), test::nested_graph());
}

}  // namespace
}  // namespace photic::host
