// SPDX-License-Identifier: Apache-2.0
// Registers in, memory stepped, its answer registered.
#include "hw/base/host_memory.h"

#include "hw/base/clock_domain.h"

namespace photic::hw {

HostMemory::HostMemory(const sc_core::sc_module_name& name, ClockDomain& clock, abi::DmaPort& port,
                       const AxiMemory::Options& options)
    : ClockedModule(name, clock),
      axi(clock, "axi", AxiMemory(port, options).outputs()),
      memory_(port, options) {}

void HostMemory::on_clock() {
  const AxiAddress& read = ar->get();
  const AxiAddress& write = aw->get();
  const AxiWriteData& data = w->get();
  AxiMemory::Inputs master;
  master.ar_valid = read.valid;
  master.ar_addr = read.addr;
  master.ar_len = read.len;
  master.aw_valid = write.valid;
  master.aw_addr = write.addr;
  master.aw_len = write.len;
  master.w_valid = data.valid;
  master.w_data = data.data;
  master.w_last = data.last;
  memory_.step(master, clock_.cycle());
  axi.set(memory_.outputs());
}

void HostMemory::on_reset() {
  memory_.reset();
}

uint64_t HostMemory::quiet_cycles() const {
  if (ar->get().valid || aw->get().valid || w->get().valid) {
    return 0;
  }
  // The last of the memory's quiet cycles is the one whose edge brings the news.
  const uint64_t quiet = memory_.quiet_cycles();
  return quiet == 0 || quiet == kForever ? quiet : quiet - 1;
}

}  // namespace photic::hw
