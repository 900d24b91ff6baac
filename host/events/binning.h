// SPDX-License-Identifier: Apache-2.0
// From a camera's microseconds to steps of a network.
#pragma once

#include "host/events/nmnist.h"
#include "host/events/spike_train.h"

namespace photic::host {

/// How times become steps and coinciding events one.
struct Binning {
  enum class Rounding {
    kFloor,       // an event belongs to the step it falls in
    kNearestEven  // to the nearest step boundary, halves to the even one
  };

  uint32_t step_microseconds = 1000;
  uint32_t steps = 300;  // later events are dropped
  Rounding rounding = Rounding::kFloor;
  bool once_a_step = true;  // one event an element and step with payload 1; else their number is the payload
};

/// The binning of N-MNIST that a network trained with SLAYER for Loihi expects: 1 ms, rounded half to even,
/// 300 steps, at most one event.
inline constexpr Binning kLoihiBinning{1000, 300, Binning::Rounding::kNearestEven, true};

/// Bins a recording. Element (polarity x height + y) x width + x, that is channel order (polarity, y, x).
/// Throws ConfigError for a step of 0 us or an event outside the recording's own sensor.
SpikeTrain bin(const EventRecording& recording, const Binning& binning);

}  // namespace photic::host
