// SPDX-License-Identifier: Apache-2.0
// What control says to cores and the input/output unit.
#pragma once

#include <cstdint>

#include "hw/base/register.h"

namespace photic::hw {

/// What a clear pulse clears.
struct ClearWhat {
  bool neurons = false;
  bool outputs = false;
  bool counters = false;
  template <typename F>
  void each_field(F f) const {
    f("neurons", 1, neurons);
    f("outputs", 1, outputs);
    f("counters", 1, counters);
  }
};

/// The payload of a sweep pulse.
struct SweepStep {
  uint32_t step = 0;
  uint32_t seed = 0;
  template <typename F>
  void each_field(F f) const {
    f("step", 32, step);
    f("seed", 32, seed);
  }
};

/// Registers of control that all units see (docs/reference/spu-device.md 4.1).
struct UnitPulses {
  explicit UnitPulses(ClockDomain& clock)
      : forget(clock, "forget"),
        scan(clock, "scan"),
        clear(clock, "clear"),
        sweep(clock, "sweep"),
        inputs(clock, "inputs"),
        flush(clock, "flush"),
        base(clock, "base") {}

  Pulse<> forget;
  Pulse<> scan;
  Pulse<ClearWhat> clear;
  Pulse<SweepStep> sweep;
  Pulse<> inputs;
  Register<bool> flush;
  Register<uint32_t> base;  ///< base step of deliveries
};

}  // namespace photic::hw
