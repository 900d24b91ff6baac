// SPDX-License-Identifier: Apache-2.0
// Events in steps of time: what encoders make, decoders read, and a device's input stream is made from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace photic::host {

/// One event. `index` is the element of the input or output, row-major; `payload` is 1 for a plain spike.
struct SpikeEvent {
  uint32_t step = 0;
  uint32_t index = 0;
  int32_t payload = 1;

  auto operator<=>(const SpikeEvent&) const = default;
};

/// What happens on `width` elements in steps 0 .. steps - 1. Events are sorted by step, then index; step <
/// steps and index < width. Several events of one element in one step mean the sum of their payloads.
struct SpikeTrain {
  uint32_t steps = 0;
  uint32_t width = 0;
  std::vector<SpikeEvent> events;

  bool operator==(const SpikeTrain&) const = default;
};

/// A train of these events in any order. Throws ConfigError for an event outside `steps` or `width`.
SpikeTrain make_spike_train(uint32_t steps, uint32_t width, std::vector<SpikeEvent> events);

/// steps x width values, row-major: the sum of payloads of every element at every step. Throws ConfigError
/// for an event outside.
std::vector<double> to_dense(const SpikeTrain& train);

/// The train of everything in `values` (steps x width, row-major, whole numbers) that is not 0. Throws
/// ConfigError for another size and for a value that is not a whole number of 32 bits.
SpikeTrain from_dense(const std::vector<double>& values, uint32_t steps, uint32_t width);

}  // namespace photic::host
