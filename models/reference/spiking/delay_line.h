// SPDX-License-Identifier: Apache-2.0
// A delay of whole steps, one an element.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/graph/graph.h"

namespace photic::reference::spiking {

/// Most values all frames of one delay hold.
inline constexpr size_t kMaxDelayValues = size_t{1} << 28;

/// y(t) = x(t - delay). What was before the first step is 0.
class DelayLine {
 public:
  /// Throws ReferenceError naming `node` for a delay that is not a whole number of steps of `dt` seconds (to
  /// a millionth of a step), negative, or longer than kMaxDelayValues allows.
  DelayLine(const std::string& node, const graph::Delay& delay, double dt);

  /// True if no element passes through in the same step: then `read` may come before `write`.
  bool breaks_cycles() const { return shortest_ > 0; }

  /// Of every step: write what enters, read what leaves, then `advance`. `read` before `write` is right for
  /// delays of a step or more.
  void write(std::span<const double> x);
  void read(std::span<double> y) const;
  void advance() { now_ = (now_ + 1) % frames_; }

  void reset();

 private:
  std::vector<size_t> steps_;
  size_t shortest_ = 0, frames_ = 1, now_ = 0;
  std::vector<double> ring_;  // frames x elements
};

}  // namespace photic::reference::spiking
