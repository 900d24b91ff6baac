// SPDX-License-Identifier: Apache-2.0
// First every node gets its joined name and the ports of graphs inside stay as relays; then the relays go.
#include "models/graph/flatten.h"

#include <set>

#include "models/graph/shapes.h"

namespace photic::graph {
namespace {

using Kind = GraphError::Kind;

class Flattener {
 public:
  Graph run(const Graph& graph) {
    flat_.metadata = graph.metadata;
    add(graph, "", 0);
    for (const std::string& relay : relays_) {
      bypass(relay);
    }
    for (const auto& [from, targets] : after_) {
      for (const std::string& to : targets) {
        flat_.edges.push_back({from, to});
      }
    }
    return std::move(flat_);
  }

 private:
  /// Names of the relays of a graph inside: where what enters it goes, where what leaves it comes from.
  struct Ports {
    std::string in, out;
  };

  Ports add(const Graph& graph, const std::string& prefix, size_t depth) {
    if (depth > kMaxNesting || flat_.nodes.size() + graph.nodes.size() > kMaxNodes) {
      throw GraphError(Kind::kTooLarge, prefix, "", "too many graphs or nodes lie in each other");
    }
    Ports own;
    std::map<std::string, Ports> inside;
    for (const auto& [name, node] : graph.nodes) {
      const std::string joined = prefix + name;
      if (const auto* subgraph = std::get_if<Subgraph>(&node)) {
        if (!subgraph->graph) {
          throw GraphError(Kind::kBadParameter, joined, "nodes", "is a graph that is not there");
        }
        inside[name] = add(*subgraph->graph, joined + ".", depth + 1);
        continue;
      }
      if (!flat_.nodes.emplace(joined, node).second) {
        throw GraphError(Kind::kBadName, joined, "", "two nodes would have this name");
      }
      if (depth > 0 && std::holds_alternative<Input>(node)) {
        claim(own.in, joined, Kind::kNoInput);
      } else if (depth > 0 && std::holds_alternative<Output>(node)) {
        claim(own.out, joined, Kind::kNoOutput);
      }
    }
    if (depth > 0 && (own.in.empty() || own.out.empty())) {
      throw GraphError(own.in.empty() ? Kind::kNoInput : Kind::kNoOutput, prefix.substr(0, prefix.size() - 1),
                       "", "a graph inside another needs one Input and one Output");
    }
    for (const Edge& edge : graph.edges) {
      const auto from = inside.find(edge.from);
      const auto to = inside.find(edge.to);
      join(from == inside.end() ? prefix + edge.from : from->second.out,
           to == inside.end() ? prefix + edge.to : to->second.in);
    }
    return own;
  }

  void claim(std::string& port, const std::string& name, Kind kind) {
    if (!port.empty()) {
      throw GraphError(kind, name, "", "a graph inside another needs one Input and one Output");
    }
    port = name;
    relays_.push_back(name);
  }

  void join(const std::string& from, const std::string& to) {
    for (const std::string& end : {from, to}) {
      if (!flat_.nodes.contains(end)) {
        throw GraphError(Kind::kUnknownNode, end, "", "an edge names a node that is not there");
      }
    }
    if (!after_[from].insert(to).second) {
      throw GraphError(Kind::kDuplicateEdge, to, "", "an edge from '" + from + "' would be there twice");
    }
    before_[to].insert(from);
  }

  void bypass(const std::string& relay) {
    const std::set<std::string> sources = before_[relay];
    const std::set<std::string> targets = after_[relay];
    if (sources.contains(relay)) {
      throw GraphError(Kind::kCycle, relay, "", "lies on a cycle without a state or a delay");
    }
    for (const std::string& from : sources) {
      after_[from].erase(relay);
    }
    for (const std::string& to : targets) {
      before_[to].erase(relay);
    }
    before_.erase(relay);
    after_.erase(relay);
    flat_.nodes.erase(relay);
    for (const std::string& from : sources) {
      for (const std::string& to : targets) {
        join(from, to);
      }
    }
  }

  Graph flat_;
  std::vector<std::string> relays_;
  std::map<std::string, std::set<std::string>> after_, before_;
};

}  // namespace

Graph flatten(const Graph& graph) {
  return Flattener().run(graph);
}

}  // namespace photic::graph
