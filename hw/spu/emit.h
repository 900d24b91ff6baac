// SPDX-License-Identifier: Apache-2.0
// Sends spikes and input events to their fan-out.
#pragma once

#include <cstdint>

#include "hw/base/clocked_module.h"
#include "hw/spu/flit_link.h"
#include "hw/spu/spike_queue.h"
#include "hw/spu/unit_memory.h"

namespace photic::hw {

/// The emission engine of a core or of the input/output unit (docs/reference/spu-device.md 5.4, 5.5).
class Emit : public SleepingModule {
 public:
  /// `out`: the link into the router.
  Emit(const sc_core::sc_module_name& name, ClockDomain& clock, UnitMemory& memory, EmissionSource& queue,
       FlitLink& out, Activity& activity);

  /// An entry of the queue can be taken from cycle `ready` on.
  void expect(uint64_t ready);
  /// A scan begins with the pulse of the present cycle; CONFIG is good. Returns its last busy cycle.
  uint64_t scan();
  /// Back to idle; the queue is cleared by who owns it.
  void flush() {
    state_ = State::IDLE;
    armed_ = false;
  }

  void on_clock() override;
  void on_reset() override {
    flush();
    due_ = 0;
  }

 private:
  enum class State : uint8_t { IDLE, POINTER, SEND };

  void take(uint64_t cycle);
  void send(uint64_t cycle);
  void finish(uint64_t cycle);

  UnitMemory& memory_;
  EmissionSource& queue_;
  FlitLink& out_;
  Activity& activity_;
  State state_ = State::IDLE;
  uint64_t due_ = 0;    // the state begins with this cycle
  bool armed_ = false;  // a call for the first entry of the queue is on its way
  Emission emission_;
  uint32_t entry_ = 0;
  uint32_t left_ = 0;  // entries
};

}  // namespace photic::hw
