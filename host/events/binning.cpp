// SPDX-License-Identifier: Apache-2.0
// Integer division throughout: a step is the same on every machine.
#include "host/events/binning.h"

#include <algorithm>

#include "host/base/error.h"

namespace photic::host {
namespace {

uint32_t step_of(uint32_t time, const Binning& binning) {
  const uint32_t step = time / binning.step_microseconds;
  if (binning.rounding == Binning::Rounding::kFloor) {
    return step;
  }
  const uint64_t twice = 2ull * (time % binning.step_microseconds);
  const bool up = twice > binning.step_microseconds || (twice == binning.step_microseconds && step % 2 == 1);
  return step + (up ? 1 : 0);
}

}  // namespace

SpikeTrain bin(const EventRecording& recording, const Binning& binning) {
  if (binning.step_microseconds == 0) {
    throw ConfigError("binning", "a step of 0 us", "give the length of a step in microseconds");
  }
  SpikeTrain train{binning.steps, 2 * recording.height * recording.width, {}};
  for (const CameraEvent& event : recording.events) {
    if (event.x >= recording.width || event.y >= recording.height || event.polarity > 1) {
      throw ConfigError("binning",
                        "an event at (" + std::to_string(event.x) + ", " + std::to_string(event.y) +
                            ") is outside the sensor",
                        "give the recording its sensor's size");
    }
    const uint32_t step = step_of(event.microseconds, binning);
    if (step < binning.steps) {
      train.events.push_back(
          {step, (event.polarity * recording.height + event.y) * recording.width + event.x, 1});
    }
  }
  std::sort(train.events.begin(), train.events.end());
  size_t kept = 0;
  for (const SpikeEvent& event : train.events) {
    if (kept > 0 && train.events[kept - 1].step == event.step &&
        train.events[kept - 1].index == event.index) {
      train.events[kept - 1].payload += binning.once_a_step ? 0 : 1;
    } else {
      train.events[kept++] = event;
    }
  }
  train.events.resize(kept);
  return train;
}

}  // namespace photic::host
