// SPDX-License-Identifier: Apache-2.0
// Trees that are no graph: each refusal names file, node and parameter.
#include <gtest/gtest.h>

#include "host/graph/nir.h"
#include "tests/unit/host/graph/nir_graphs.h"

namespace photic::host {
namespace {

using Kind = GraphFileError::Kind;
using Group = hdf5::Group;

hdf5::Dataset text(const std::string& value) {
  return hdf5::scalar(value);
}

/// Changes a good tree by `damage`, which gets the whole and its nodes, and expects to be told where.
template <typename Damage>
void expect_refusal(Damage damage, Kind kind, const std::string& node, const std::string& parameter) {
  for (const graph::Graph& graph : {test::image_graph(), test::element_wise_graph()}) {
    Group root = tree_from_graph(graph, "file");
    auto& nodes = root.groups["node"].groups["nodes"].groups;
    if (!node.empty() && !nodes.contains(node)) {
      continue;
    }
    damage(root, nodes);
    try {
      graph_from_tree(root, "some.nir");
      ADD_FAILURE() << "no error for " << node << ' ' << parameter;
    } catch (const GraphFileError& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
      EXPECT_EQ(error.file(), "some.nir");
      EXPECT_EQ(error.node(), node) << error.what();
      EXPECT_EQ(error.parameter(), parameter) << error.what();
      EXPECT_NE(std::string(error.what()).find("some.nir"), std::string::npos);
    }
    return;
  }
  FAIL() << "no graph has the node " << node;
}

using Nodes = std::map<std::string, Group>;

TEST(NirErrors, NameAFileThatIsNoGraph) {
  expect_refusal([](Group& root, Nodes&) { root.groups.clear(); }, Kind::kMissing, "", "node");
  expect_refusal([](Group& root, Nodes&) { root.groups["node"].datasets["type"] = text("LIF"); },
                 Kind::kUnsupported, "", "type");
  expect_refusal([](Group& root, Nodes&) { root.groups["node"].datasets.erase("type"); }, Kind::kMissing, "",
                 "type");
  expect_refusal([](Group& root, Nodes&) { root.groups["node"].datasets.erase("edges"); }, Kind::kMissing, "",
                 "edges");
  expect_refusal([](Group& root, Nodes&) { root.groups["node"].groups.erase("nodes"); }, Kind::kMissing, "",
                 "nodes");
}

TEST(NirErrors, NameAVersionThatIsNotKnown) {
  expect_refusal([](Group& root, Nodes&) { root.datasets["version"] = text("2.0"); }, Kind::kUnknown, "",
                 "version");
  expect_refusal([](Group& root, Nodes&) { root.datasets["version"] = hdf5::scalar(int64_t{1}); },
                 Kind::kWrongType, "", "version");
}

TEST(NirErrors, NameTypesAndParametersNirDoesNotHave) {
  expect_refusal([](Group&, Nodes& n) { n["a"].datasets["type"] = text("Izhikevich"); }, Kind::kUnknown, "a",
                 "type");
  expect_refusal([](Group&, Nodes& n) { n["a"].datasets["colour"] = text("blue"); }, Kind::kUnknown, "a",
                 "colour");
  expect_refusal([](Group&, Nodes& n) { n["n.18"].groups["learning"] = {}; }, Kind::kUnknown, "n.18",
                 "learning");
  expect_refusal([](Group&, Nodes& n) { n["n.18"].datasets["w_in"] = hdf5::scalar(int64_t{1}); },
                 Kind::kUnknown, "n.18", "w_in");
}

TEST(NirErrors, NameParametersThatAreMissing) {
  for (const char* parameter : {"tau", "r", "v_leak", "v_threshold"}) {
    expect_refusal([&](Group&, Nodes& n) { n["n.18"].datasets.erase(parameter); }, Kind::kMissing, "n.18",
                   parameter);
  }
  expect_refusal([](Group&, Nodes& n) { n["n.12"].datasets.erase("bias"); }, Kind::kMissing, "n.12", "bias");
  expect_refusal([](Group&, Nodes& n) { n["in"].datasets.erase("shape"); }, Kind::kMissing, "in", "shape");
  for (const char* parameter : {"weight", "stride", "padding", "dilation", "groups"}) {
    expect_refusal([&](Group&, Nodes& n) { n["a"].datasets.erase(parameter); }, Kind::kMissing, "a",
                   parameter);
  }
  expect_refusal([](Group&, Nodes& n) { n["sum"].datasets.erase("kernel_size"); }, Kind::kMissing, "sum",
                 "kernel_size");
  expect_refusal([](Group&, Nodes& n) { n["flat"].datasets.erase("end_dim"); }, Kind::kMissing, "flat",
                 "end_dim");
}

TEST(NirErrors, NameParametersOfTheWrongTypeSizeOrRange) {
  expect_refusal([](Group&, Nodes& n) { n["n.18"].datasets["tau"] = text("slow"); }, Kind::kWrongType, "n.18",
                 "tau");
  expect_refusal(
      [](Group&, Nodes& n) {
        n["a"].datasets["stride"] = {{2}, std::vector<double>{1.5, 1}};
      },
      Kind::kWrongType, "a", "stride");
  expect_refusal(
      [](Group&, Nodes& n) {
        n["a"].datasets["stride"] = hdf5::list({1, 2, 3});
      },
      Kind::kWrongShape, "a", "stride");
  expect_refusal(
      [](Group&, Nodes& n) {
        n["a"].datasets["stride"] = hdf5::list({0, 1});
      },
      Kind::kOutOfRange, "a", "stride");
  expect_refusal(
      [](Group&, Nodes& n) {
        n["a"].datasets["padding"] = hdf5::list({-1, 1});
      },
      Kind::kOutOfRange, "a", "padding");
  expect_refusal([](Group&, Nodes& n) { n["a"].datasets["padding"] = text("reflect"); }, Kind::kUnknown, "a",
                 "padding");
  expect_refusal([](Group&, Nodes& n) { n["a"].datasets["padding"] = text("same"); }, Kind::kUnsupported, "a",
                 "padding");
  expect_refusal([](Group&, Nodes& n) { n["in"].datasets["shape"] = hdf5::list({-3}); }, Kind::kOutOfRange,
                 "in", "shape");
  expect_refusal([](Group&, Nodes& n) { n["in"].groups["shape"] = {}, n["in"].datasets.erase("shape"); },
                 Kind::kWrongType, "in", "shape");
  expect_refusal([](Group&, Nodes& n) { n["a"].datasets["type"] = hdf5::scalar(int64_t{3}); },
                 Kind::kWrongType, "a", "type");
}

TEST(NirErrors, NameEdgesThatAreNoPairs) {
  expect_refusal(
      [](Group& root, Nodes&) {
        root.groups["node"].datasets["edges"] = hdf5::list({1, 2});
      },
      Kind::kWrongShape, "", "edges");
  expect_refusal(
      [](Group& root, Nodes&) {
        root.groups["node"].datasets["edges"] = {{3}, std::vector<std::string>{"in", "a", "b"}};
      },
      Kind::kWrongShape, "", "edges");
}

TEST(NirErrors, PassOnWhatTheGraphItselfRefuses) {
  expect_refusal(
      [](Group&, Nodes& n) {
        n["n.18"].datasets["tau"] = {{3}, std::vector<double>{1, 0, 1}};
      },
      Kind::kInvalid, "n.18", "tau");
  expect_refusal(
      [](Group&, Nodes& n) {
        n["n.18"].datasets["r"] = {{2}, std::vector<double>{1, 1}};
      },
      Kind::kInvalid, "n.18", "r");
  expect_refusal(
      [](Group&, Nodes& n) {
        n["in"].datasets["shape"] = hdf5::list({2, 13, 12});
      },
      Kind::kInvalid, "a", "");
}

TEST(NirErrors, NameNodesOfGraphsInsideByTheirPath) {
  Group root = tree_from_graph(test::nested_graph(), "file");
  Group& inner = root.groups["node"].groups["nodes"].groups["block"];
  inner.groups["nodes"].groups["w"].datasets.erase("weight");
  try {
    graph_from_tree(root, "some.nir");
    FAIL();
  } catch (const GraphFileError& error) {
    EXPECT_EQ(error.node(), "block.w");
    EXPECT_EQ(error.parameter(), "weight");
  }
}

TEST(NirErrors, EndGraphsThatLieTooDeepInEachOther) {
  graph::Graph graph = test::nested_graph();
  Group inner = tree_from_graph(graph, "file").groups["node"];
  for (int depth = 0; depth < 40; ++depth) {
    Group outer = tree_from_graph(graph, "file").groups["node"];
    outer.groups["nodes"].groups["block"] = inner;
    inner = outer;
  }
  Group root;
  root.groups["node"] = inner;
  EXPECT_THROW(graph_from_tree(root, "file"), GraphFileError);
}

}  // namespace
}  // namespace photic::host
