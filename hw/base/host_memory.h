// SPDX-License-Identifier: Apache-2.0
// Host memory as a module on the device's clock.
#pragma once

#include "hw/base/axi_memory.h"
#include "hw/base/clocked_module.h"
#include "hw/base/dma_stream.h"
#include "hw/base/register.h"

namespace photic::hw {

/// The far side of the AXI4 manager port: an AxiMemory that sees the port's registers every cycle.
class HostMemory : public ClockedModule {
 public:
  LevelIn<AxiAddress> ar{"ar"};
  LevelIn<AxiAddress> aw{"aw"};
  LevelIn<AxiWriteData> w{"w"};
  Register<AxiMemory::Outputs> axi;  ///< what the memory drives

  HostMemory(const sc_core::sc_module_name& name, ClockDomain& clock, abi::DmaPort& port,
             const AxiMemory::Options& options);

  void trace(abi::EventSink* sink) { memory_.trace(sink); }

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;
  void skip(uint64_t cycles) override { memory_.skip(cycles); }

 private:
  AxiMemory memory_;
};

}  // namespace photic::hw
