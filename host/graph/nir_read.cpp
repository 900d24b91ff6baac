// SPDX-License-Identifier: Apache-2.0
// Every node of a NIR file by the fields its type has.
#include <cstdio>
#include <map>
#include <memory>

#include "host/graph/fields.h"
#include "host/graph/nir.h"
#include "models/graph/parameters.h"
#include "models/graph/shapes.h"

namespace photic::host {
namespace {

using graph::Graph;
using graph::NodeKind;
using graph::Tensor;
using Kind = GraphFileError::Kind;

const std::map<std::string, NodeKind>& kinds() {
  static const std::map<std::string, NodeKind> table = [] {
    std::map<std::string, NodeKind> made;
    for (const NodeKind& node : std::initializer_list<NodeKind>{
             graph::Input(), graph::Output(), graph::Linear(), graph::Affine(), graph::Scale(),
             graph::Conv1d(), graph::Conv2d(), graph::Pool2d(),
             graph::Pool2d{.average = true, .kernel = {1, 1}, .stride = {1, 1}, .padding = {0, 0}},
             graph::Flatten(), graph::Delay(), graph::Threshold(), graph::Integrator(),
             graph::LeakyIntegrator(), graph::IntegrateFire(), graph::LeakyIntegrateFire(),
             graph::CurrentLeakyIntegrator(), graph::CurrentLeakyIntegrateFire(), graph::Subgraph()}) {
      made.emplace(graph::kind_name(node), node);
    }
    return made;
  }();
  return table;
}

/// Padding of one axis that keeps its length at stride 1; the odd one goes behind, as torch has it.
std::pair<size_t, size_t> same_padding(size_t kernel, size_t dilation) {
  const size_t both = dilation * (kernel - std::min<size_t>(kernel, 1));
  return {both / 2, both - both / 2};
}

bool is_text(const Fields& fields, const std::string& name) {
  return std::holds_alternative<std::vector<std::string>>(fields.dataset(name).values);
}

/// True for "same", false for "valid".
bool padding_is_same(const Fields& fields, bool unit_stride) {
  const std::string word = fields.text("padding");
  if (word != "same" && word != "valid") {
    fields.fail(Kind::kUnknown, "padding", "is '" + word + "'", "give a number, a pair, 'same' or 'valid'");
  }
  if (word == "same" && !unit_stride) {
    fields.fail(Kind::kUnsupported, "padding", "is 'same' with a stride other than 1",
                "give the padding in numbers");
  }
  return word == "same";
}

size_t dimension(const Tensor& tensor, size_t index) {
  return index < tensor.shape.size() ? tensor.shape[index] : 1;
}

/// Fields that are not arrays of real numbers, kind by kind.
struct ReadRest {
  const Fields& fields;

  void operator()(graph::Input& n) const { n.shape = fields.sizes("shape", 1); }
  void operator()(graph::Output& n) const { n.shape = fields.sizes("shape", 1); }
  void operator()(graph::Conv1d& n) const {
    n.stride = fields.size("stride", 1);
    n.dilation = fields.size("dilation", 1);
    n.groups = fields.size("groups", 1);
    n.input_length = fields.has("input_shape") ? fields.size("input_shape", 1) : 0;
    if (!is_text(fields, "padding")) {
      n.padding.first = n.padding.second = fields.size("padding", 0);
    } else if (padding_is_same(fields, n.stride == 1)) {
      n.padding = same_padding(dimension(n.weight, 2), n.dilation);
    }
  }
  void operator()(graph::Conv2d& n) const {
    n.stride = fields.size_pair("stride", 1);
    n.dilation = fields.size_pair("dilation", 1);
    n.groups = fields.size("groups", 1);
    n.input_size =
        fields.has("input_shape") ? fields.size_pair("input_shape", 1) : std::pair<size_t, size_t>{0, 0};
    if (!is_text(fields, "padding")) {
      n.padding_before = n.padding_after = fields.size_pair("padding", 0);
    } else if (padding_is_same(fields, n.stride == std::pair<size_t, size_t>{1, 1})) {
      const auto y = same_padding(dimension(n.weight, 2), n.dilation.first);
      const auto x = same_padding(dimension(n.weight, 3), n.dilation.second);
      n.padding_before = {y.first, x.first};
      n.padding_after = {y.second, x.second};
    }
  }
  void operator()(graph::Pool2d& n) const {
    n.kernel = fields.size_pair("kernel_size", 1);
    n.stride = fields.size_pair("stride", 1);
    n.padding = fields.size_pair("padding", 0);
  }
  void operator()(graph::Flatten& n) const {
    n.start_dim = fields.integer("start_dim");
    n.end_dim = fields.integer("end_dim");
    if (fields.has("input_type")) {
      n.input_shape = fields.sizes("input_type", 1);
    }
  }
  template <typename ArraysOnly>
  void operator()(ArraysOnly&) const {}
};

/// Throws for a member that the type of `node` does not have.
void expect_known(const NodeKind& node, const Fields& fields) {
  std::vector<std::string> known = {"type", "metadata"};
  graph::visit_tensors(node, [&](const char* name, const Tensor&) { known.emplace_back(name); });
  const auto add = [&](std::initializer_list<const char*> names) {
    known.insert(known.end(), names.begin(), names.end());
  };
  std::visit(
      [&](const auto& n) {
        if constexpr (requires { n.groups; }) {
          add({"stride", "padding", "dilation", "groups", "input_shape"});
        } else if constexpr (requires { n.kernel; }) {
          add({"kernel_size", "stride", "padding"});
        } else if constexpr (requires { n.start_dim; }) {
          add({"start_dim", "end_dim", "input_type"});
        } else if constexpr (requires { n.graph; }) {
          add({"nodes", "edges"});
        } else if constexpr (requires { n.shape; }) {
          add({"shape"});
        }
      },
      node);
  fields.expect_only(known);
}

void read_arrays(NodeKind& node, const Fields& fields) {
  const bool convolution =
      std::holds_alternative<graph::Conv1d>(node) || std::holds_alternative<graph::Conv2d>(node);
  graph::visit_tensors(node, [&](const std::string& name, Tensor& tensor) {
    const bool absent = !fields.has(name);
    if (absent && name == "v_reset") {
      tensor = {{}, {0.0}};
    } else if (absent && name == "w_in") {
      tensor = {{}, {1.0}};
    } else if (!absent || name != "bias" || !convolution) {
      tensor = fields.tensor(name);  // says so if it is missing
    }
  });
}

std::string as_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

/// Metadata below `prefix`: one value each.
void read_metadata(const hdf5::Group& group, const std::string& prefix, Graph& graph) {
  const hdf5::Group* metadata = hdf5::find_group(group, "metadata");
  if (metadata == nullptr) {
    return;
  }
  for (const auto& [key, dataset] : metadata->datasets) {
    if (dataset.size() != 1) {
      continue;
    }
    std::string& value = graph.metadata[prefix + key];
    if (const auto* integers = std::get_if<0>(&dataset.values)) {
      value = std::to_string(integers->front());
    } else if (const auto* reals = std::get_if<1>(&dataset.values)) {
      value = as_text(reals->front());
    } else {
      value = std::get<2>(dataset.values).front();
    }
  }
}

std::vector<graph::Edge> read_edges(const Fields& fields) {
  const hdf5::Dataset& dataset = fields.dataset("edges");
  if (dataset.size() == 0) {
    return {};
  }
  const auto* names = std::get_if<std::vector<std::string>>(&dataset.values);
  if (names == nullptr || dataset.shape.size() != 2 || dataset.shape[1] != 2) {
    fields.fail(Kind::kWrongShape, "edges", "is not a list of pairs of names",
                "write pairs of strings, shape (edges, 2)");
  }
  std::vector<graph::Edge> edges;
  for (size_t i = 0; i < names->size(); i += 2) {
    edges.push_back({(*names)[i], (*names)[i + 1]});
  }
  return edges;
}

Graph read_graph(const hdf5::Group& group, const std::string& file, const std::string& path, size_t depth);

NodeKind read_node(const hdf5::Group& group, const std::string& file, const std::string& path, size_t depth) {
  const Fields fields(group, file, path);
  const std::string type = fields.text("type");
  const auto kind = kinds().find(type);
  if (kind == kinds().end()) {
    fields.fail(Kind::kUnknown, "type", "is '" + type + "', which NIR 1.0 does not have",
                "replace the node by ones of NIR's own types");
  }
  NodeKind node = kind->second;
  expect_known(node, fields);
  if (std::holds_alternative<graph::Subgraph>(node)) {
    return graph::Subgraph{std::make_shared<const Graph>(read_graph(group, file, path, depth + 1))};
  }
  read_arrays(node, fields);
  std::visit(ReadRest{fields}, node);
  return node;
}

Graph read_graph(const hdf5::Group& group, const std::string& file, const std::string& path, size_t depth) {
  const Fields fields(group, file, path);
  if (depth > graph::kMaxNesting) {
    fields.fail(Kind::kUnsupported, "nodes", "lies in too many graphs", "flatten the graph");
  }
  Graph graph;
  const hdf5::Group& nodes = fields.group("nodes");
  for (const auto& [name, dataset] : nodes.datasets) {
    fields.fail(Kind::kWrongType, "nodes", "has a member '" + name + "' that is not a node",
                "write nodes as groups");
  }
  for (const auto& [name, inner] : nodes.groups) {
    std::string whole = path;
    whole += path.empty() ? "" : ".";
    whole += name;
    graph.nodes.emplace(name, read_node(inner, file, whole, depth));
    if (!std::holds_alternative<graph::Subgraph>(graph.nodes.at(name))) {
      read_metadata(inner, name + "/", graph);
    }
  }
  graph.edges = read_edges(fields);
  read_metadata(group, "", graph);
  return graph;
}

void check_version(const hdf5::Group& root, const std::string& file) {
  const Fields fields(root, file, "");
  if (!fields.has("version")) {
    return;
  }
  const std::string version = fields.text("version");
  if (!version.starts_with("0.") && !version.starts_with("1.")) {
    fields.fail(Kind::kUnknown, "version", "is '" + version + "'", "write the file by NIR 0.x or 1.x");
  }
}

}  // namespace

Graph graph_from_tree(const hdf5::Group& root, const std::string& file) {
  check_version(root, file);
  const hdf5::Group& top = Fields(root, file, "").group("node");
  const Fields fields(top, file, "");
  if (fields.text("type") != "NIRGraph") {
    fields.fail(Kind::kUnsupported, "type", "is '" + fields.text("type") + "', a single node",
                "put it in a NIRGraph");
  }
  expect_known(graph::Subgraph(), fields);
  const Graph graph = read_graph(top, file, "", 0);
  try {
    return graph::resolve(graph);
  } catch (const graph::GraphError& error) {
    throw GraphFileError(Kind::kInvalid, file, error.node(), error.parameter(), error.reason(),
                         "correct the graph where it was made and write it again");
  }
}

Graph read_nir(const std::filesystem::path& file, const hdf5::Limits& limits) {
  return graph_from_tree(hdf5::read(file, limits), file.string());
}

}  // namespace photic::host
