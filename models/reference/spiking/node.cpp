// SPDX-License-Identifier: Apache-2.0
// Chooses what executes a kind of node.
#include "models/reference/spiking/node.h"

#include <algorithm>

#include "models/reference/spiking/error.h"

namespace photic::reference::spiking {

Node::Node(const std::string& name, const graph::NodeKind& kind, const graph::NodeShapes& shapes,
           std::optional<double> dt, const Convention& convention)
    : action_(make_action(name, kind, shapes, dt, convention)),
      inputs_(graph::elements(shapes.input)),
      value_(graph::elements(shapes.output)) {}

Node::Action Node::make_action(const std::string& name, const graph::NodeKind& kind,
                               const graph::NodeShapes& shapes, std::optional<double> dt,
                               const Convention& convention) {
  if (auto map = make_affine_map(kind, shapes.input, shapes.output)) {
    return map;
  }
  if (const auto* delay = std::get_if<graph::Delay>(&kind)) {
    if (!dt) {
      throw ReferenceError(name, "delay", "needs the length of a step", "give dt in seconds");
    }
    return DelayLine(name, *delay, *dt);
  }
  if (const auto* threshold = std::get_if<graph::Threshold>(&kind)) {
    return Step{threshold->threshold.values, convention.comparison};
  }
  if (graph::has_state(kind)) {
    return Neurons::make(name, kind, shapes.output, dt, convention);
  }
  return Identity{};
}

bool Node::early() const {
  const auto* delay = std::get_if<DelayLine>(&action_);
  return delay != nullptr && delay->breaks_cycles();
}

void Node::compute(std::span<const double> x) {
  if (auto* delay = std::get_if<DelayLine>(&action_)) {
    if (!early()) {
      delay->write(x);
    }
    delay->read(value_);
  } else if (auto* neurons = std::get_if<Neurons>(&action_)) {
    neurons->step(x, value_);
  } else if (const auto* map = std::get_if<std::unique_ptr<AffineMap>>(&action_)) {
    (*map)->apply(x, value_);
  } else if (const auto* step = std::get_if<Step>(&action_)) {
    for (size_t i = 0; i < x.size(); ++i) {
      const bool above =
          step->comparison == Comparison::kGreater ? x[i] > step->threshold[i] : x[i] >= step->threshold[i];
      value_[i] = above ? 1 : 0;
    }
  } else {
    std::copy(x.begin(), x.end(), value_.begin());
  }
}

void Node::finish(std::span<const double> x) {
  if (auto* delay = std::get_if<DelayLine>(&action_)) {
    if (early()) {
      delay->write(x);
    }
    delay->advance();
  }
}

void Node::remember() {
  if (!previous_.empty()) {
    previous_ = value_;
  }
}

void Node::reset() {
  std::fill(value_.begin(), value_.end(), 0);
  std::fill(previous_.begin(), previous_.end(), 0);
  if (auto* neurons = std::get_if<Neurons>(&action_)) {
    neurons->reset();
  } else if (auto* delay = std::get_if<DelayLine>(&action_)) {
    delay->reset();
  }
}

}  // namespace photic::reference::spiking
