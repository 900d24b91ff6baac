// SPDX-License-Identifier: Apache-2.0
// All cores, the links between them, and the input/output unit.
#pragma once

#include <cstdint>
#include <deque>

#include "hw/base/clocked_module.h"
#include "hw/spu/activity.h"
#include "hw/spu/core.h"
#include "hw/spu/io.h"
#include "hw/spu/pulses.h"
#include "hw/spu/units.h"

namespace photic::hw {

/// The mesh of docs/reference/spu-device.md 1, of any geometry. Hands the pulses of control on to all units
/// in the cycle in which they are high; otherwise units work by themselves.
class Mesh : public ClockedModule, public SpuUnits {
 public:
  /// `preset` and `pulses` must outlive it.
  Mesh(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset,
       UnitPulses& pulses);

  Register<bool>& quiet() { return activity_.quiet; }
  Parser& parser() { return io_.parser(); }

  uint64_t read(uint32_t unit, abi::SpuRegion region, uint32_t word) const override;
  void write(uint32_t unit, abi::SpuRegion region, uint32_t word, uint64_t data) override;
  int32_t take_output(uint32_t output) override;
  std::optional<abi::Status> fault(uint32_t unit, uint64_t& place) const override;
  bool any_fault() const override;
  bool any_saturation() const override;

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;

 private:
  void connect(const abi::SpuPreset& preset, ClockDomain& clock);
  void link(ClockDomain& clock, uint32_t from, Router::Port out, uint32_t to, Router::Port in);
  void flush();
  void forget();
  void scan();
  void clear(const ClearWhat& what);
  void sweep(const SweepStep& step);
  UnitMemory& memory(uint32_t unit) { return unit < cores_.size() ? cores_[unit].memory() : io_.memory(); }
  const UnitMemory& memory(uint32_t unit) const {
    return unit < cores_.size() ? cores_[unit].memory() : io_.memory();
  }

  UnitPulses& pulses_;
  Activity activity_;
  std::deque<Core> cores_;  // row by row
  std::deque<FlitLink> links_;
  Io io_;
};

}  // namespace photic::hw
