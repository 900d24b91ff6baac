// SPDX-License-Identifier: Apache-2.0
// Takes packets from the router and adds their weights to the accumulators.
#pragma once

#include <cstdint>

#include "hw/base/clocked_module.h"
#include "hw/base/register.h"
#include "hw/spu/flit_link.h"
#include "hw/spu/unit_memory.h"
#include "models/kernels/spu/axon.h"

namespace photic::hw {

class Sweep;

/// The delivery engine (docs/reference/spu-device.md 5.2). What a packet does is worked out in the cycle in
/// which it is taken; the engine then is busy for as many cycles as the page counts for its rows.
class Deliver : public SleepingModule {
 public:
  LevelIn<uint32_t> base{"base"};  ///< base step of what is delivered

  /// `receive`: the link from the router. Nothing is taken while `sweep` is active.
  Deliver(const sc_core::sc_module_name& name, ClockDomain& clock, UnitMemory& memory, FlitLink& receive,
          const Sweep& sweep, Activity& activity);

  /// A scan begins with the pulse of the present cycle; CONFIG is good. Returns its last busy cycle.
  uint64_t scan();
  /// Back to idle.
  void flush() { free_ = 0; }

  void on_clock() override;
  void on_reset() override { flush(); }

 private:
  /// Cycles a packet or an axon takes after the cycle in which it is taken or read, and those of them after
  /// which stage 2 still works.
  struct Work {
    uint64_t cycles = 0;
    bool ends_in_body = false;
  };
  Work take(uint64_t word);
  Work add_rows(const abi::SpuAxon& axon, int32_t payload);
  void add_row(const abi::SpuAxon& axon, const kernels::spu::Row& row, int32_t payload);
  void add_sparse_row(const abi::SpuAxon& axon, const kernels::spu::Row& row, int32_t payload);
  void add(uint32_t accumulator, const kernels::spu::Clipped& contribution);
  abi::SpuWalk walk_of(const abi::SpuAxon& axon) const;
  /// Cycles in BODY of a good row.
  uint64_t groups(const abi::SpuAxon& axon, const kernels::spu::Row& row) const;
  uint64_t scan_axon(uint32_t index);

  UnitMemory& memory_;
  FlitLink& receive_;
  const Sweep& sweep_;
  Activity& activity_;
  uint64_t free_ = 0;  // the next cycle in state POP
};

}  // namespace photic::hw
