// SPDX-License-Identifier: Apache-2.0
// Strongly connected components (Tarjan, SIAM Journal on Computing 1(2), 1972, without recursion); each
// component that is a cycle is opened at a node with a state and ordered again.
#include "models/graph/order.h"

#include <algorithm>

namespace photic::graph {
namespace {

using Kind = GraphError::Kind;
using Index = size_t;
constexpr Index kNone = static_cast<Index>(-1);

class Ordering {
 public:
  explicit Ordering(const Graph& graph) {
    for (const auto& [name, node] : graph.nodes) {
      if (std::holds_alternative<Subgraph>(node)) {
        throw GraphError(Kind::kNested, name, "", "is a graph inside a graph; flatten it first");
      }
      index_[name] = names_.size();
      names_.push_back(name);
      state_.push_back(has_state(node));
    }
    after_.resize(names_.size());
    fed_from_.resize(names_.size());
    for (const Edge& edge : graph.edges) {
      for (const std::string& end : {edge.from, edge.to}) {
        if (!index_.contains(end)) {
          throw GraphError(Kind::kUnknownNode, end, "", "an edge names a node that is not there");
        }
      }
      after_[index_[edge.from]].push_back(index_[edge.to]);
      fed_from_[index_[edge.to]].push_back(index_[edge.from]);
    }
    for (auto* lists : {&after_, &fed_from_}) {
      for (auto& ends : *lists) {
        std::sort(ends.begin(), ends.end());
        ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
      }
    }
    member_.assign(names_.size(), 0);
    opened_.assign(names_.size(), false);
    on_path_.assign(names_.size(), false);
    visited_ = number_ = low_ = member_;
  }

  Order run() {
    std::vector<Index> everything(names_.size());
    for (Index i = 0; i < everything.size(); ++i) {
      everything[i] = i;
    }
    order(everything);
    return std::move(result_);
  }

 private:
  /// Is the edge one the ordering of component `id` still obeys?
  bool counts(Index from, Index to, size_t id) const {
    return member_[from] == id && member_[to] == id && !opened_[to];
  }

  /// Orders `nodes`, whose feeding nodes outside it all have their place. Components still to be ordered wait
  /// on a stack of their own, so that the depth of cycles within cycles costs no stack frames.
  void order(const std::vector<Index>& nodes) {
    std::vector<std::vector<Index>> waiting = {nodes};
    std::vector<bool> whole = {true};
    while (!waiting.empty()) {
      std::vector<Index> group = std::move(waiting.back());
      const bool first = whole.back();
      waiting.pop_back();
      whole.pop_back();
      if (!first && !cyclic(group)) {
        result_.nodes.push_back(names_[group[0]]);
        continue;
      }
      const size_t id = ++last_id_;
      for (const Index node : group) {
        member_[node] = id;
      }
      if (!first) {
        open(group, id);
      }
      // Components come last first, which is how a stack wants them.
      for (auto& component : components(group, id)) {
        waiting.push_back(std::move(component));
        whole.push_back(false);
      }
    }
  }

  bool cyclic(const std::vector<Index>& component) const {
    const Index node = component[0];
    return component.size() > 1 ||
           (!opened_[node] && std::binary_search(after_[node].begin(), after_[node].end(), node));
  }

  /// Turns the edges of `component`, whose nodes are marked `id`, into one of its nodes to feedback.
  void open(const std::vector<Index>& component, size_t id) {
    Index chosen = kNone;
    bool chosen_fed = false;
    for (const Index node : component) {
      const bool fed = std::any_of(fed_from_[node].begin(), fed_from_[node].end(),
                                   [&](Index from) { return member_[from] != id; });
      if (state_[node] && !opened_[node] && (chosen == kNone || (fed && !chosen_fed))) {
        chosen = node;
        chosen_fed = fed;
      }
    }
    if (chosen == kNone) {
      throw GraphError(Kind::kCycle, names_[component[0]], "", "lies on a cycle without a state or a delay");
    }
    opened_[chosen] = true;
    for (const Index from : fed_from_[chosen]) {
      if (member_[from] == id) {
        result_.feedback.push_back({names_[from], names_[chosen]});
      }
    }
  }

  /// Strongly connected components of `group`, whose nodes are marked `id`, last of the order first.
  std::vector<std::vector<Index>> components(const std::vector<Index>& group, size_t id) {
    struct Frame {
      Index node;
      size_t next;
    };
    std::vector<std::vector<Index>> found;
    std::vector<Index> path;
    std::vector<Frame> frames;
    size_t count = 0;
    const auto enter = [&](Index node) {
      visited_[node] = id;
      number_[node] = low_[node] = count++;
      path.push_back(node);
      on_path_[node] = true;
      frames.push_back({node, 0});
    };
    for (const Index root : group) {
      if (visited_[root] == id) {
        continue;
      }
      enter(root);
      while (!frames.empty()) {
        const Index node = frames.back().node;
        if (frames.back().next < after_[node].size()) {
          const Index target = after_[node][frames.back().next++];
          if (!counts(node, target, id)) {
            continue;
          }
          if (visited_[target] != id) {
            enter(target);
          } else if (on_path_[target]) {
            low_[node] = std::min(low_[node], number_[target]);
          }
          continue;
        }
        frames.pop_back();
        if (!frames.empty()) {
          low_[frames.back().node] = std::min(low_[frames.back().node], low_[node]);
        }
        if (low_[node] == number_[node]) {
          const auto first = std::find(path.rbegin(), path.rend(), node).base() - 1;
          found.emplace_back(first, path.end());
          path.erase(first, path.end());
          for (const Index member : found.back()) {
            on_path_[member] = false;
          }
          std::sort(found.back().begin(), found.back().end());
        }
      }
    }
    return found;
  }

  std::vector<std::string> names_;
  std::map<std::string, Index> index_;
  std::vector<bool> state_, opened_, on_path_;
  std::vector<std::vector<Index>> after_, fed_from_;
  std::vector<size_t> member_, visited_, number_, low_;
  size_t last_id_ = 0;
  Order result_;
};

}  // namespace

Order topological_order(const Graph& graph) {
  return Ordering(graph).run();
}

}  // namespace photic::graph
