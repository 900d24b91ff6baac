// SPDX-License-Identifier: Apache-2.0
// A node's arrays by their names in NIR.
#pragma once

#include <type_traits>

#include "models/graph/graph.h"

namespace photic::graph {

/// Calls `visit(name, tensor)` for each array of `node`, a NodeKind or a const NodeKind, in a fixed order.
template <typename Node, typename Visitor>
void visit_tensors(Node& node, Visitor&& visit) {
  static_assert(std::is_same_v<std::remove_const_t<Node>, NodeKind>);
  std::visit(
      [&](auto& n) {
        if constexpr (requires { n.weight; }) {
          visit("weight", n.weight);
        }
        if constexpr (requires { n.bias; }) {
          visit("bias", n.bias);
        }
        if constexpr (requires { n.scale; }) {
          visit("scale", n.scale);
        }
        if constexpr (requires { n.delay; }) {
          visit("delay", n.delay);
        }
        if constexpr (requires { n.threshold; }) {
          visit("threshold", n.threshold);
        }
        if constexpr (requires { n.tau; }) {
          visit("tau", n.tau);
        }
        if constexpr (requires { n.tau_syn; }) {
          visit("tau_syn", n.tau_syn);
        }
        if constexpr (requires { n.tau_mem; }) {
          visit("tau_mem", n.tau_mem);
        }
        if constexpr (requires { n.r; }) {
          visit("r", n.r);
        }
        if constexpr (requires { n.v_leak; }) {
          visit("v_leak", n.v_leak);
        }
        if constexpr (requires { n.v_threshold; }) {
          visit("v_threshold", n.v_threshold);
        }
        if constexpr (requires { n.v_reset; }) {
          visit("v_reset", n.v_reset);
        }
        if constexpr (requires { n.w_in; }) {
          visit("w_in", n.w_in);
        }
      },
      node);
}

/// True for the kinds that treat every element alike and on its own: all their arrays have the node's shape.
inline bool element_wise(const NodeKind& node) {
  return has_state(node) || std::holds_alternative<Scale>(node) || std::holds_alternative<Threshold>(node);
}

}  // namespace photic::graph
