// SPDX-License-Identifier: Apache-2.0
// Adds up the packets that leave the mesh.
#pragma once

#include <cstdint>

#include "hw/base/clocked_module.h"
#include "hw/spu/flit_link.h"
#include "hw/spu/unit_memory.h"

namespace photic::hw {

/// The outputs of the input/output unit (docs/reference/spu-device.md 4.2).
class Outputs : public SleepingModule {
 public:
  /// `receive`: the link from router (0, 0).
  Outputs(const sc_core::sc_module_name& name, ClockDomain& clock, UnitMemory& memory, FlitLink& receive,
          Activity& activity)
      : SleepingModule(name, clock), memory_(memory), receive_(receive), activity_(activity) {}

  /// The pulse `clear {outputs}` is seen in cycle `now`. Returns the last busy cycle.
  uint64_t clear(uint64_t now);

  void on_clock() override;
  void on_reset() override {}

 private:
  UnitMemory& memory_;
  FlitLink& receive_;
  Activity& activity_;
};

}  // namespace photic::hw
