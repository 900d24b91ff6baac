// SPDX-License-Identifier: Apache-2.0
// Every node with exactly the fields the Python package writes: it refuses any other. Arrays are compressed,
// numbers and tuples are not.
#include "host/graph/nir.h"
#include "models/graph/parameters.h"
#include "models/graph/shapes.h"

namespace photic::host {
namespace {

using graph::Graph;
using graph::NodeKind;
using hdf5::Dataset;

/// Version of the layout that is written.
const char* const kVersion = "1.0.7";

std::vector<int64_t> signed_of(const std::vector<size_t>& sizes) {
  return {sizes.begin(), sizes.end()};
}

Dataset tuple(std::pair<size_t, size_t> pair) {
  return hdf5::list(signed_of({pair.first, pair.second}));
}

Dataset number(size_t value) {
  return hdf5::scalar(static_cast<int64_t>(value));
}

Dataset array(Dataset values) {
  values.compressed = !values.shape.empty() && values.size() > 0;
  return values;
}

Dataset array(const graph::Tensor& tensor) {
  return array(Dataset{tensor.shape, tensor.values});
}

Dataset array(const std::vector<size_t>& sizes) {
  return array(hdf5::list(signed_of(sizes)));
}

struct WriteRest {
  const std::string& file;
  const std::string& name;
  hdf5::Group& group;

  void operator()(const graph::Input& n) const { group.datasets["shape"] = array(n.shape); }
  void operator()(const graph::Output& n) const { group.datasets["shape"] = array(n.shape); }
  void operator()(const graph::Conv1d& n) const {
    group.datasets["input_shape"] = number(n.input_length);
    group.datasets["stride"] = number(n.stride);
    group.datasets["dilation"] = number(n.dilation);
    group.datasets["groups"] = number(n.groups);
    const bool is_same = n.stride == 1 && same(n.padding, n.dilation, n.weight.shape[2]);
    group.datasets["padding"] = n.padding.first == n.padding.second ? number(n.padding.first) : word(is_same);
  }
  void operator()(const graph::Conv2d& n) const {
    group.datasets["input_shape"] = tuple(n.input_size);
    group.datasets["stride"] = tuple(n.stride);
    group.datasets["dilation"] = tuple(n.dilation);
    group.datasets["groups"] = number(n.groups);
    const bool is_same =
        n.stride == std::pair<size_t, size_t>{1, 1} &&
        same({n.padding_before.first, n.padding_after.first}, n.dilation.first, n.weight.shape[2]) &&
        same({n.padding_before.second, n.padding_after.second}, n.dilation.second, n.weight.shape[3]);
    group.datasets["padding"] = n.padding_before == n.padding_after ? tuple(n.padding_before) : word(is_same);
  }
  void operator()(const graph::Pool2d& n) const {
    group.datasets["kernel_size"] = array(tuple(n.kernel));
    group.datasets["stride"] = array(tuple(n.stride));
    group.datasets["padding"] = array(tuple(n.padding));
  }
  void operator()(const graph::Flatten& n) const {
    group.datasets["start_dim"] = hdf5::scalar(n.start_dim);
    group.datasets["end_dim"] = hdf5::scalar(n.end_dim);
    group.datasets["input_type"] = array(n.input_shape);
  }
  template <typename ArraysOnly>
  void operator()(const ArraysOnly&) const {}

 private:
  static bool same(std::pair<size_t, size_t> padding, size_t dilation, size_t kernel) {
    const size_t both = dilation * (kernel - 1);
    return padding.first == both / 2 && padding.second == both - both / 2;
  }

  Dataset word(bool is_same) const {
    if (!is_same) {
      throw GraphFileError(GraphFileError::Kind::kUnsupported, file, name, "padding",
                           "differs between the two ends, which NIR cannot say", "pad both ends alike");
    }
    return hdf5::scalar(std::string("same"));
  }
};

hdf5::Group write_graph(const Graph& graph, const std::string& file, const std::string& path);

hdf5::Group write_node(const NodeKind& node, const std::string& file, const std::string& path) {
  if (const auto* subgraph = std::get_if<graph::Subgraph>(&node)) {
    return write_graph(*subgraph->graph, file, path);
  }
  hdf5::Group group;
  group.datasets["type"] = hdf5::scalar(std::string(graph::kind_name(node)));
  graph::visit_tensors(
      node, [&](const char* name, const graph::Tensor& tensor) { group.datasets[name] = array(tensor); });
  std::visit(WriteRest{file, path, group}, node);
  return group;
}

hdf5::Group write_graph(const Graph& graph, const std::string& file, const std::string& path) {
  hdf5::Group group;
  group.datasets["type"] = hdf5::scalar(std::string("NIRGraph"));
  Dataset edges{{graph.edges.size(), 2}, std::vector<std::string>{}};
  for (const graph::Edge& edge : graph.edges) {
    std::get<2>(edges.values).push_back(edge.from);
    std::get<2>(edges.values).push_back(edge.to);
  }
  group.datasets["edges"] = std::move(edges);
  hdf5::Group& nodes = group.groups["nodes"];
  for (const auto& [name, node] : graph.nodes) {
    std::string whole = path;
    whole += path.empty() ? "" : ".";
    whole += name;
    nodes.groups[name] = write_node(node, file, whole);
  }
  for (const auto& [key, value] : graph.metadata) {
    const size_t slash = key.find('/');
    const auto owner =
        slash == std::string::npos ? nodes.groups.end() : nodes.groups.find(key.substr(0, slash));
    if (slash == std::string::npos) {
      group.groups["metadata"].datasets[key] = hdf5::scalar(value);
    } else if (owner != nodes.groups.end() && !hdf5::find_group(owner->second, "nodes")) {
      owner->second.groups["metadata"].datasets[key.substr(slash + 1)] = hdf5::scalar(value);
    } else {
      throw GraphFileError(GraphFileError::Kind::kInvalid, file, path, "metadata",
                           "has the key '" + key + "', but there is no such node",
                           "name a node that is no graph, or leave out the '/'");
    }
  }
  return group;
}

}  // namespace

hdf5::Group tree_from_graph(const Graph& graph, const std::string& file) {
  try {
    hdf5::Group root;
    root.datasets["version"] = hdf5::scalar(std::string(kVersion));
    root.groups["node"] = write_graph(graph::resolve(graph), file, "");
    return root;
  } catch (const graph::GraphError& error) {
    throw GraphFileError(GraphFileError::Kind::kInvalid, file, error.node(), error.parameter(),
                         error.reason(), "correct the graph before writing it");
  }
}

void write_nir(const Graph& graph, const std::filesystem::path& file) {
  const hdf5::Group tree = tree_from_graph(graph, file.string());
  try {
    hdf5::write(file, tree);
  } catch (const hdf5::Hdf5Error& error) {
    throw GraphFileError(GraphFileError::Kind::kInvalid, file.string(), error.object(), "", error.what(),
                         "rename the node or the metadata");
  }
}

}  // namespace photic::host
