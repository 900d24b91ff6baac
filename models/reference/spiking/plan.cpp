// SPDX-License-Identifier: Apache-2.0
// Orders are found on an outline of the graph: the same names and edges, nodes that only say whether they
// hold back a value.
#include "models/reference/spiking/plan.h"

#include <algorithm>
#include <map>
#include <optional>

#include "models/graph/order.h"

namespace photic::reference::spiking {
namespace {

class Planner {
 public:
  Planner(const graph::Graph& graph, const std::vector<bool>& early) : early_(early) {
    for (const auto& [name, kind] : graph.nodes) {
      number_[name] = plan_.names.size();
      plan_.names.push_back(name);
      kinds_.push_back(&kind);
    }
    plan_.sources.resize(kinds_.size());
    readers_.resize(kinds_.size());
    for (const graph::Edge& edge : graph.edges) {
      plan_.sources[number_.at(edge.to)].push_back({number_.at(edge.from), false});
      readers_[number_.at(edge.from)].push_back(number_.at(edge.to));
    }
    read_out_.resize(kinds_.size());
  }

  Plan plan(Latency latency) {
    if (latency == Latency::kOneStep) {
      delay_emissions();
    }
    for (const graph::Edge& edge : graph::topological_order(outline()).feedback) {
      open_cycle(number_.at(edge.from), number_.at(edge.to));
    }
    for (const std::string& name : graph::topological_order(outline()).nodes) {
      plan_.order.push_back(number_.at(name));
    }
    return std::move(plan_);
  }

 private:
  bool neurons(size_t node) const {
    return graph::has_state(*kinds_[node]) && !std::holds_alternative<graph::Delay>(*kinds_[node]);
  }

  /// True for an Output and for a node without memory all of whose readers are the read-out.
  bool read_out(size_t node) {
    if (!read_out_[node]) {
      read_out_[node] = false;  // for a cycle that comes back here
      const graph::NodeKind& kind = *kinds_[node];
      read_out_[node] = std::holds_alternative<graph::Output>(kind) ||
                        (!graph::has_state(kind) && !graph::spikes(kind) && !readers_[node].empty() &&
                         std::all_of(readers_[node].begin(), readers_[node].end(),
                                     [this](size_t reader) { return read_out(reader); }));
    }
    return *read_out_[node];
  }

  void delay_emissions() {
    for (size_t node = 0; node < kinds_.size(); ++node) {
      for (Source& source : plan_.sources[node]) {
        source.late = (neurons(source.node) || graph::spikes(*kinds_[source.node])) && !read_out(node);
      }
    }
  }

  /// The edges along which values flow within a step.
  graph::Graph outline() const {
    graph::Graph outline;
    for (size_t node = 0; node < kinds_.size(); ++node) {
      outline.nodes[plan_.names[node]] =
          neurons(node) ? graph::NodeKind(graph::Integrator{}) : graph::NodeKind(graph::Scale{});
      for (const Source& source : plan_.sources[node]) {
        if (!source.late && !early_[node]) {
          outline.edges.push_back({plan_.names[source.node], plan_.names[node]});
        }
      }
    }
    return outline;
  }

  /// Nodes that `start` reaches within a step, itself included.
  std::vector<bool> reached(size_t start) const {
    std::vector<bool> reached(kinds_.size());
    std::vector<size_t> open = {start};
    reached[start] = true;
    while (!open.empty()) {
      const size_t node = open.back();
      open.pop_back();
      for (const size_t reader : readers_[node]) {
        const auto& sources = plan_.sources[reader];
        if (!reached[reader] && !early_[reader] &&
            std::find(sources.begin(), sources.end(), Source{node, false}) != sources.end()) {
          reached[reader] = true;
          open.push_back(reader);
        }
      }
    }
    return reached;
  }

  /// Makes late what flows from `from` into `to`, at the neurons it comes from.
  void open_cycle(size_t from, size_t to) {
    const std::vector<bool> in_cycle = reached(to);
    const auto close = [](std::vector<Source>& sources, size_t node) {
      *std::find(sources.begin(), sources.end(), Source{node, false}) = {node, true};
    };
    if (neurons(from)) {
      close(plan_.sources[to], from);
      return;
    }
    std::vector<bool> seen(kinds_.size());
    std::vector<size_t> open = {from};
    seen[from] = true;
    while (!open.empty()) {
      const size_t node = open.back();
      open.pop_back();
      for (Source& source : plan_.sources[node]) {
        if (source.late || !in_cycle[source.node]) {
          continue;
        }
        if (neurons(source.node)) {
          source.late = true;
        } else if (!seen[source.node]) {
          seen[source.node] = true;
          open.push_back(source.node);
        }
      }
    }
  }

  const std::vector<bool>& early_;
  Plan plan_;
  std::map<std::string, size_t> number_;
  std::vector<const graph::NodeKind*> kinds_;
  std::vector<std::vector<size_t>> readers_;
  std::vector<std::optional<bool>> read_out_;
};

}  // namespace

Plan make_plan(const graph::Graph& graph, const std::vector<bool>& early, Latency latency) {
  return Planner(graph, early).plan(latency);
}

}  // namespace photic::reference::spiking
