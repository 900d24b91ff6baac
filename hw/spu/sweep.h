// SPDX-License-Identifier: Apache-2.0
// Updates all neurons of a core, one a cycle.
#pragma once

#include <cstdint>
#include <vector>

#include "hw/spu/emit.h"
#include "hw/spu/spike_queue.h"
#include "hw/spu/unit_memory.h"

namespace photic::hw {

/// The sweep engine (docs/reference/spu-device.md 5.3). All neurons are updated when the pulse comes; spikes
/// enter the queue with the cycles in which the pipeline would push them.
class Sweep {
 public:
  Sweep(UnitMemory& memory, SpikeQueue& queue, Emit& emit) : memory_(memory), queue_(queue), emit_(emit) {}

  /// The pulse `sweep {step}` is seen in cycle `now`. Returns the last active cycle.
  uint64_t start(uint64_t now, uint32_t step, uint32_t seed);
  /// The pulse `clear {neurons}` is seen in cycle `now`. Returns the last busy cycle.
  uint64_t clear(uint64_t now);
  /// The pulse `scan` is seen in cycle `now`; CONFIG is good. Returns the last busy cycle.
  uint64_t scan(uint64_t now);
  void flush() { active_until_ = 0; }

  /// The last cycle of the present or last sweep.
  uint64_t active_until() const { return active_until_; }

 private:
  UnitMemory& memory_;
  SpikeQueue& queue_;
  Emit& emit_;
  std::vector<kernels::spu::NeuronConstants> constants_;  // of a scanned program
  uint64_t active_until_ = 0;
};

}  // namespace photic::hw
