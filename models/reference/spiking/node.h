// SPDX-License-Identifier: Apache-2.0
// One node of a graph in execution: what it makes of its input, and what it emitted.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "models/graph/shapes.h"
#include "models/reference/spiking/delay_line.h"
#include "models/reference/spiking/linear_map.h"
#include "models/reference/spiking/neurons.h"

namespace photic::reference::spiking {

class Node {
 public:
  /// A node of a resolved graph. Throws ReferenceError naming it for what `dt` and `convention` cannot
  /// execute.
  Node(const std::string& name, const graph::NodeKind& kind, const graph::NodeShapes& shapes,
       std::optional<double> dt, const Convention& convention);

  /// True for a Delay of a step or more: its output does not depend on this step's input, so `compute` may be
  /// called without it and `finish` takes it.
  bool early() const;

  /// Computes value() from the step's input (which an early node does not look at).
  void compute(std::span<const double> x);

  /// Ends the step of a Delay: takes the input if the node is early, and moves on. Nothing for other nodes.
  void finish(std::span<const double> x);

  /// From now on previous() is kept.
  void keep_previous() { previous_.resize(value_.size()); }

  /// Makes this step's value the previous one.
  void remember();

  /// Forgets everything: all values and states are 0.
  void reset();

  /// What the node emits in this step; an Input's is set by whoever feeds it.
  std::vector<double>& value() { return value_; }
  const std::vector<double>& value() const { return value_; }
  const std::vector<double>& previous() const { return previous_; }

  size_t inputs() const { return inputs_; }
  bool is_delay() const { return std::holds_alternative<DelayLine>(action_); }
  /// The neurons of this node; null if it has none.
  const Neurons* neurons() const { return std::get_if<Neurons>(&action_); }

 private:
  /// y = x.
  struct Identity {};
  /// y = 1 where x is above.
  struct Step {
    std::vector<double> threshold;
    Comparison comparison;
  };
  using Action = std::variant<Identity, Step, std::unique_ptr<AffineMap>, Neurons, DelayLine>;

  static Action make_action(const std::string& name, const graph::NodeKind& kind,
                            const graph::NodeShapes& shapes, std::optional<double> dt,
                            const Convention& convention);

  Action action_;
  size_t inputs_;
  std::vector<double> value_, previous_;
};

}  // namespace photic::reference::spiking
