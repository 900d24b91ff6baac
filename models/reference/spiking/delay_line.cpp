// SPDX-License-Identifier: Apache-2.0
// A ring of frames, one a step.
#include "models/reference/spiking/delay_line.h"

#include <algorithm>
#include <cmath>

#include "models/reference/spiking/error.h"

namespace photic::reference::spiking {

DelayLine::DelayLine(const std::string& node, const graph::Delay& delay, double dt) {
  const size_t most_steps = kMaxDelayValues / std::max<size_t>(delay.delay.values.size(), 1);
  size_t longest = 0;
  shortest_ = kMaxDelayValues;
  for (const double seconds : delay.delay.values) {
    const double steps = seconds / dt;
    if (!(steps >= 0) || std::abs(steps - std::nearbyint(steps)) > 1e-6) {
      throw ReferenceError(
          node, "delay",
          std::to_string(seconds) + " s is not a whole number of steps of " + std::to_string(dt) + " s",
          "give delays that are multiples of dt");
    }
    if (steps >= static_cast<double>(most_steps)) {
      throw ReferenceError(node, "delay", std::to_string(seconds) + " s is too long to hold",
                           "give a longer dt");
    }
    steps_.push_back(static_cast<size_t>(std::nearbyint(steps)));
    longest = std::max(longest, steps_.back());
    shortest_ = std::min(shortest_, steps_.back());
  }
  frames_ = longest + 1;
  ring_.resize(frames_ * steps_.size());
}

void DelayLine::write(std::span<const double> x) {
  std::copy(x.begin(), x.end(), ring_.begin() + static_cast<std::ptrdiff_t>(now_ * steps_.size()));
}

void DelayLine::read(std::span<double> y) const {
  for (size_t i = 0; i < steps_.size(); ++i) {
    y[i] = ring_[(now_ + frames_ - steps_[i]) % frames_ * steps_.size() + i];
  }
}

void DelayLine::reset() {
  std::fill(ring_.begin(), ring_.end(), 0);
  now_ = 0;
}

}  // namespace photic::reference::spiking
