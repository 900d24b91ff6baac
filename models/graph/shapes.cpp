// SPDX-License-Identifier: Apache-2.0
// Shapes spread from the nodes that know theirs along the edges; then every edge is held to them.
#include "models/graph/shapes.h"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "models/graph/flatten.h"
#include "models/graph/node_rules.h"
#include "models/graph/order.h"
#include "models/graph/parameters.h"

namespace photic::graph {
namespace {

using Kind = GraphError::Kind;

void check_edges(const Graph& graph) {
  std::set<Edge> seen;
  std::set<std::string> reached;
  for (const Edge& edge : graph.edges) {
    for (const std::string& end : {edge.from, edge.to}) {
      if (!graph.nodes.contains(end)) {
        throw GraphError(
            Kind::kUnknownNode, end, "",
            "the edge from '" + edge.from + "' to '" + edge.to + "' names a node that is not there");
      }
    }
    if (!seen.insert(edge).second) {
      throw GraphError(Kind::kDuplicateEdge, edge.to, "", "the edge from '" + edge.from + "' is there twice");
    }
    if (std::holds_alternative<Input>(graph.nodes.at(edge.to))) {
      throw GraphError(Kind::kBadEdge, edge.to, "", "is an Input and has an edge from '" + edge.from + "'");
    }
    if (std::holds_alternative<Output>(graph.nodes.at(edge.from))) {
      throw GraphError(Kind::kBadEdge, edge.from, "", "is an Output and has an edge to '" + edge.to + "'");
    }
    reached.insert(edge.to);
  }
  for (const auto& [name, node] : graph.nodes) {
    if (std::holds_alternative<Output>(node) && !reached.contains(name)) {
      throw GraphError(Kind::kNoOutput, name, "", "is an Output that nothing reaches");
    }
  }
}

template <typename Port>
std::vector<std::string> ports(const Graph& graph) {
  std::vector<std::string> names;
  for (const auto& [name, node] : graph.nodes) {
    if (std::holds_alternative<Port>(node)) {
      names.push_back(name);
    }
  }
  return names;
}

void check_ports(const Graph& graph, bool inside) {
  const size_t inputs = ports<Input>(graph).size();
  const size_t outputs = ports<Output>(graph).size();
  if (inputs == 0 || (inside && inputs != 1)) {
    throw GraphError(Kind::kNoInput, "", "",
                     "has " + std::to_string(inputs) + " nodes of type Input, needs " +
                         (inside ? "exactly" : "at least") + " one");
  }
  if (outputs == 0 || (inside && outputs != 1)) {
    throw GraphError(Kind::kNoOutput, "", "",
                     "has " + std::to_string(outputs) + " nodes of type Output, needs " +
                         (inside ? "exactly" : "at least") + " one");
  }
}

using Shapes = std::map<std::string, NodeShapes>;

void infer(const Graph& graph, size_t depth, Shapes& all, const std::string& prefix, size_t& nodes);

/// Shapes of a graph inside another; gives those of its own Input and Output.
NodeShapes infer_inside(const std::string& name, const Graph& inside, size_t depth, Shapes& all,
                        const std::string& prefix, size_t& nodes) {
  try {
    if (depth == kMaxNesting) {
      throw GraphError(Kind::kTooLarge, "", "",
                       "more than " + std::to_string(kMaxNesting) + " graphs lie in each other");
    }
    infer(inside, depth + 1, all, prefix + name + ".", nodes);
  } catch (const GraphError& error) {
    throw error.inside(name);
  }
  return {all.at(prefix + name + "." + ports<Input>(inside).front()).output,
          all.at(prefix + name + "." + ports<Output>(inside).front()).output};
}

void infer(const Graph& graph, size_t depth, Shapes& all, const std::string& prefix, size_t& nodes) {
  nodes += graph.nodes.size();
  if (nodes > kMaxNodes) {
    throw GraphError(Kind::kTooLarge, "", "", "has more than " + std::to_string(kMaxNodes) + " nodes");
  }
  check_ports(graph, depth > 0);
  check_edges(graph);
  std::map<std::string, std::vector<std::string>> after;
  for (const Edge& edge : graph.edges) {
    after[edge.from].push_back(edge.to);
  }
  std::map<std::string, Shape> inputs;
  std::map<std::string, NodeShapes> inside, shapes;
  std::deque<std::string> ready;
  const auto reach = [&](const std::string& name, const Shape& shape) {
    if (elements(shape) > kMaxElements) {
      throw GraphError(
          Kind::kTooLarge, name, "",
          "takes " + to_string(shape) + ", more than " + std::to_string(kMaxElements) + " elements");
    }
    if (inputs.emplace(name, shape).second) {
      ready.push_back(name);
    }
  };
  for (const auto& [name, node] : graph.nodes) {
    if (name.empty()) {
      throw GraphError(Kind::kBadName, "", "", "has a node without a name");
    }
    check_parameters(name, node);
    if (const auto* subgraph = std::get_if<Subgraph>(&node)) {
      inside[name] = infer_inside(name, *subgraph->graph, depth, all, prefix, nodes);
      reach(name, inside[name].input);
    } else if (const std::optional<Shape> own = own_input_shape(node)) {
      reach(name, *own);
    }
  }
  for (; !ready.empty(); ready.pop_front()) {
    const std::string& name = ready.front();
    const NodeKind& node = graph.nodes.at(name);
    const bool is_graph = std::holds_alternative<Subgraph>(node);
    const auto* declared = std::get_if<Output>(&node);
    // An Output is held to what it declares last: what reaches it may be wrong further up.
    const Shape output = is_graph              ? inside[name].output
                         : declared != nullptr ? declared->shape
                                               : output_shape(name, node, inputs[name]);
    shapes[name] = {inputs[name], output};
    for (const std::string& next : after[name]) {
      reach(next, output);
    }
  }
  for (const auto& [name, node] : graph.nodes) {
    if (!shapes.contains(name)) {
      throw GraphError(Kind::kUnknownShape, name, "",
                       "nothing tells its shape: no node with a known shape leads to it");
    }
    if (elements(shapes[name].output) > kMaxElements) {
      throw GraphError(Kind::kTooLarge, name, "",
                       "gives more than " + std::to_string(kMaxElements) + " elements");
    }
  }
  for (const Edge& edge : graph.edges) {
    if (shapes[edge.from].output != shapes[edge.to].input) {
      throw GraphError(Kind::kShapeMismatch, edge.to, "",
                       "takes " + to_string(shapes[edge.to].input) + " and is given " +
                           to_string(shapes[edge.from].output) + " by '" + edge.from + "'");
    }
  }
  for (const std::string& name : ports<Output>(graph)) {
    output_shape(name, graph.nodes.at(name), shapes[name].input);
  }
  for (auto& [name, found] : shapes) {
    if (!all.emplace(prefix + name, std::move(found)).second) {
      throw GraphError(Kind::kBadName, name, "", "has the same name as a node of a graph inside this one");
    }
  }
}

bool has_inside(const Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                     [](const auto& named) { return std::holds_alternative<Subgraph>(named.second); });
}

Graph resolve_with(const Graph& graph, const Shapes& shapes, const std::string& prefix, size_t& values) {
  Graph resolved = graph;
  for (auto& [name, node] : resolved.nodes) {
    if (const auto* subgraph = std::get_if<Subgraph>(&node)) {
      node = Subgraph{
          std::make_shared<const Graph>(resolve_with(*subgraph->graph, shapes, prefix + name + ".", values))};
      continue;
    }
    const Shape& input = shapes.at(prefix + name).input;
    const size_t least = element_wise(node) ? elements(input) : 0;
    visit_tensors(std::as_const(node), [&](const char*, const Tensor& tensor) {
      values += std::max(tensor.values.size(), least);
    });
    if (values > kMaxValues) {
      throw GraphError(Kind::kTooLarge, prefix + name, "",
                       "would bring the parameters to more than " + std::to_string(kMaxValues) + " values");
    }
    node = resolve_node(node, input);
  }
  return resolved;
}

}  // namespace

std::map<std::string, NodeShapes> infer_shapes(const Graph& graph) {
  Shapes shapes;
  size_t nodes = 0;
  infer(graph, 0, shapes, "", nodes);
  topological_order(has_inside(graph) ? flatten(graph) : graph);
  return shapes;
}

Graph resolve(const Graph& graph) {
  size_t values = 0;
  return resolve_with(graph, infer_shapes(graph), "", values);
}

}  // namespace photic::graph
