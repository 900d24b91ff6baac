// SPDX-License-Identifier: Apache-2.0
// What is written is what is read, in the layout the Python package has.
#include <gtest/gtest.h>

#include "host/graph/nir.h"
#include "tests/unit/host/graph/nir_graphs.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using graph::Graph;

TEST(NirWrite, RoundTripsEveryKindOfNode) {
  const test::TemporaryFolder folder;
  for (const Graph& graph : {test::element_wise_graph(), test::image_graph(), test::nested_graph()}) {
    write_nir(graph, folder.path() / "graph.nir");
    EXPECT_EQ(read_nir(folder.path() / "graph.nir"), graph);
  }
}

TEST(NirWrite, FillsInWhatAGraphLeavesOpen) {
  const test::TemporaryFolder folder;
  Graph graph = test::image_graph();
  std::get<graph::Conv2d>(graph.nodes["a"]).input_size = {0, 0};
  std::get<graph::Flatten>(graph.nodes["flat"]).input_shape = {};
  write_nir(graph, folder.path() / "graph.nir");
  EXPECT_EQ(read_nir(folder.path() / "graph.nir"), test::image_graph());
}

TEST(NirWrite, KeepsThePublishedGraphs) {
  if (test::published("nir").empty()) {
    GTEST_SKIP() << "skipped: no data";
  }
  const test::TemporaryFolder folder;
  for (const char* name : {"lif_norse", "lif_rockpool", "two_lif_neurons", "cnn_sinabs"}) {
    const Graph graph = read_nir(test::published("nir/" + std::string(name) + ".nir"));
    write_nir(graph, folder.path() / "graph.nir");
    EXPECT_EQ(read_nir(folder.path() / "graph.nir"), graph) << name;
  }
}

TEST(NirWrite, LaysTheFileOutAsThePythonPackageDoes) {
  const test::TemporaryFolder folder;
  write_nir(test::image_graph(), folder.path() / "graph.nir");
  hdf5::Group root = hdf5::read(folder.path() / "graph.nir");
  const auto names = [](const auto& members) {
    std::vector<std::string> found;
    for (const auto& member : members) {
      found.push_back(member.first);
    }
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(root.datasets), Names{"version"});
  EXPECT_EQ(names(root.groups), Names{"node"});
  hdf5::Group& top = root.groups["node"];
  EXPECT_EQ(names(top.datasets), (Names{"edges", "type"}));
  EXPECT_EQ(names(top.groups), Names{"nodes"});
  EXPECT_EQ(top.datasets["type"], hdf5::scalar(std::string("NIRGraph")));
  EXPECT_EQ(top.datasets["edges"].shape, (std::vector<size_t>{8, 2}));
  const auto fields = [&](const std::string& node) {
    return names(top.groups["nodes"].groups[node].datasets);
  };
  EXPECT_EQ(fields("in"), (Names{"shape", "type"}));
  EXPECT_EQ(fields("a"),
            (Names{"bias", "dilation", "groups", "input_shape", "padding", "stride", "type", "weight"}));
  EXPECT_EQ(fields("sum"), (Names{"kernel_size", "padding", "stride", "type"}));
  EXPECT_EQ(fields("flat"), (Names{"end_dim", "input_type", "start_dim", "type"}));
  // Arrays are compressed; numbers and tuples are not. "same" is written where two ends differ.
  hdf5::Group& conv = top.groups["nodes"].groups["a"];
  EXPECT_TRUE(conv.datasets["weight"].compressed);
  EXPECT_FALSE(conv.datasets["stride"].compressed);
  EXPECT_EQ(conv.datasets["stride"].shape, std::vector<size_t>{2});
  EXPECT_TRUE(conv.datasets["groups"].shape.empty());
  EXPECT_TRUE(top.groups["nodes"].groups["in"].datasets["shape"].compressed);
  EXPECT_EQ(top.groups["nodes"].groups["same"].datasets["padding"], hdf5::scalar(std::string("same")));
}

TEST(NirWrite, RefusesAGraphThatHasNoMeaning) {
  const test::TemporaryFolder folder;
  Graph graph = test::nested_graph();
  graph.edges.push_back({"in", "nowhere"});
  try {
    write_nir(graph, folder.path() / "graph.nir");
    FAIL();
  } catch (const GraphFileError& error) {
    EXPECT_EQ(error.kind(), GraphFileError::Kind::kInvalid);
    EXPECT_EQ(error.node(), "nowhere");
    EXPECT_EQ(error.file(), (folder.path() / "graph.nir").string());
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "graph.nir"));
}

TEST(NirWrite, RefusesWhatTheFormatHasNoWordsFor) {
  const test::TemporaryFolder folder;
  const auto refusal = [&](const Graph& graph) {
    try {
      write_nir(graph, folder.path() / "graph.nir");
    } catch (const GraphFileError& error) {
      return error.node() + "|" + error.parameter();
    }
    return std::string("no error");
  };
  Graph graph = test::image_graph();
  std::get<graph::Conv1d>(graph.nodes["same"]).padding = {2, 1};
  EXPECT_EQ(refusal(graph), "same|padding");
  graph = test::nested_graph();
  graph.nodes["a/b"] = graph::Scale{test::array({3})};
  EXPECT_EQ(refusal(graph), "/node/nodes|");
  graph = test::nested_graph();
  graph.metadata["nobody/colour"] = "blue";
  EXPECT_EQ(refusal(graph), "|metadata");
}

}  // namespace
}  // namespace photic::host
