// SPDX-License-Identifier: Apache-2.0
// Names and properties of the kinds of node.
#include "models/graph/graph.h"

#include <array>
#include <limits>

namespace photic::graph {

size_t elements(const Shape& shape) {
  size_t product = 1;
  bool beyond = false;
  for (const size_t extent : shape) {
    if (extent == 0) {
      return 0;
    }
    beyond = beyond || product > std::numeric_limits<size_t>::max() / extent;
    product *= extent;
  }
  return beyond ? std::numeric_limits<size_t>::max() : product;
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  return text + ")";
}

bool Subgraph::operator==(const Subgraph& other) const {
  if (!graph || !other.graph) {
    return graph == other.graph;
  }
  return *graph == *other.graph;
}

std::string_view kind_name(const NodeKind& node) {
  // In the order of NodeKind's alternatives.
  static constexpr std::array<std::string_view, std::variant_size_v<NodeKind>> kNames = {
      "Input", "Output",    "Linear", "Affine", "Scale", "Conv1d", "Conv2d", "SumPool2d", "Flatten",
      "Delay", "Threshold", "I",      "LI",     "IF",    "LIF",    "CubaLI", "CubaLIF",   "NIRGraph"};
  const auto* pool = std::get_if<Pool2d>(&node);
  return pool != nullptr && pool->average ? "AvgPool2d" : kNames[node.index()];
}

bool has_state(const NodeKind& node) {
  return std::visit(
      [](const auto& n) {
        // Every kind that integrates has a resistance, and no other.
        return requires {
          n.r;
        }
        || requires {
          n.delay;
        };
      },
      node);
}

bool spikes(const NodeKind& node) {
  return std::visit(
      [](const auto& n) {
        return requires {
          n.v_threshold;
        }
        || requires {
          n.threshold;
        };
      },
      node);
}

}  // namespace photic::graph
