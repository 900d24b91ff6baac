// SPDX-License-Identifier: Apache-2.0
// The Python package reads what is written here, and what it then writes is the same graph.
#include <gtest/gtest.h>

#include "host/base/child_process.h"
#include "host/graph/nir.h"
#include "tests/unit/host/graph/nir_graphs.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

TEST(NirPackage, ReadsAndRewritesWhatIsWritten) {
  const test::TemporaryFolder folder;
  try {
    run_program({"python3", NIR_SCRIPT}, folder.path(), "");
  } catch (const IoError&) {
    GTEST_SKIP() << "skipped: no Python package nir";
  }
  std::vector<graph::Graph> graphs = {test::image_graph(), test::nested_graph(), test::element_wise_graph()};
  if (!test::published("nir").empty()) {
    graphs.push_back(read_nir(test::published("nir/cnn_sinabs.nir")));
  }
  for (graph::Graph& graph : graphs) {
    write_nir(graph, folder.path() / "ours.nir");
    run_program({"python3", NIR_SCRIPT, "ours.nir", "theirs.nir"}, folder.path(), "");
    graph::Graph theirs = read_nir(folder.path() / "theirs.nir");
    EXPECT_EQ(theirs, graph);
  }
}

}  // namespace
}  // namespace photic::host
