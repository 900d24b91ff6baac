// SPDX-License-Identifier: Apache-2.0
// The queue between the parser of the input stream and emission.
#pragma once

#include "drivers/abi/timing.h"
#include "hw/base/stream_fifo.h"
#include "hw/spu/spike_queue.h"

namespace photic::hw {

/// A FIFO of input events as an emission engine sees it.
class InputQueue : public EmissionSource {
 public:
  StreamFifo<Emission> events;

  explicit InputQueue(ClockDomain& clock) : events(clock, "events", abi::kFifoSpuEvents) {}

  uint64_t next(uint64_t now) const override { return events.empty() ? kQuietForever : now; }
  Emission pop() override { return events.pop(); }
};

}  // namespace photic::hw
