// SPDX-License-Identifier: Apache-2.0
// A core and its router: memories, delivery, sweep, emission.
#pragma once

#include <cstdint>

#include "hw/spu/deliver.h"
#include "hw/spu/emit.h"
#include "hw/spu/flit_link.h"
#include "hw/spu/router.h"
#include "hw/spu/sweep.h"

namespace photic::hw {

/// One node of the mesh (docs/reference/spu-device.md 5). Pulses are handed on by the mesh in the cycle in
/// which they are high.
class Core : public sc_core::sc_module {
 public:
  Core(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset, uint32_t number,
       Activity& activity);

  /// Each returns the last cycle in which the core is busy with it.
  uint64_t scan(uint64_t now);
  uint64_t clear(uint64_t now) { return sweep_.clear(now); }
  uint64_t sweep(uint64_t now, uint32_t step, uint32_t seed) { return sweep_.start(now, step, seed); }
  void flush();

  UnitMemory& memory() { return memory_; }
  const UnitMemory& memory() const { return memory_; }
  Router& router() { return router_; }
  void bind_base(Register<uint32_t>& base) { deliver_.base(base); }

 private:
  UnitMemory memory_;
  FlitLink receive_;  // from the router
  FlitLink send_;     // to the router
  Router router_;
  SpikeQueue queue_;
  Emit emit_;
  Sweep sweep_;
  Deliver deliver_;
};

}  // namespace photic::hw
