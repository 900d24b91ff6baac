// SPDX-License-Identifier: Apache-2.0
// Cores and the input/output unit as control sees them.
#pragma once

#include <cstdint>
#include <optional>
#include <systemc>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/spiking.h"

namespace photic::hw {

/// The memory bus, the fault registers and the output memory (docs/reference/spu-device.md 4.1, 5.5, 5.6).
/// Units are numbered as cores are; the number of cores is the input/output unit. Nothing of it is used while
/// a unit is at work, so a word may be read and written at any time between the cycle in which it is asked
/// for and the one in which it is needed.
class SpuUnits : public virtual sc_core::sc_interface {
 public:
  virtual uint64_t read(uint32_t unit, abi::SpuRegion region, uint32_t word) const = 0;
  virtual void write(uint32_t unit, abi::SpuRegion region, uint32_t word, uint64_t data) = 0;
  /// Output `output`, which becomes 0.
  virtual int32_t take_output(uint32_t output) = 0;
  /// The status of a unit's fault register and, in `place`, its SPU_PLACE; nothing without a fault.
  virtual std::optional<abi::Status> fault(uint32_t unit, uint64_t& place) const = 0;
  /// Whether some unit has a fault.
  virtual bool any_fault() const = 0;
  /// Whether a value was clipped since the last `forget`.
  virtual bool any_saturation() const = 0;
};

}  // namespace photic::hw
