// SPDX-License-Identifier: Apache-2.0
// Any tree is a graph that is its own resolution and survives being written and read, or a GraphFileError.
#include <cstdlib>

#include "host/graph/nir.h"
#include "models/graph/parameters.h"
#include "models/graph/shapes.h"
#include "tests/fuzz/graph/tree_input.h"

namespace {

size_t values_of(const photic::graph::Graph& graph) {
  size_t values = 0;
  for (const auto& [name, node] : graph.nodes) {
    photic::graph::visit_tensors(node,
                                 [&](const char*, const auto& tensor) { values += tensor.values.size(); });
  }
  return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto tree = photic::fuzz::tree_from(data, size);
  if (!tree) {
    return 0;
  }
  try {
    const auto graph = photic::host::graph_from_tree(*tree, "input");
    if (values_of(graph) > (size_t{1} << 16)) {
      return 0;
    }
    if (photic::graph::resolve(graph) != graph ||
        photic::host::graph_from_tree(photic::host::tree_from_graph(graph, "output"), "output") != graph) {
      std::abort();
    }
  } catch (const photic::host::GraphFileError&) {
    return 0;
  }
  return 0;
}
