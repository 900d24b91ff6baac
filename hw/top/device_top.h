// SPDX-License-Identifier: Apache-2.0
// What every device is built around: clock, host memory, DMA engines, ring and register file.
#pragma once

#include <atomic>
#include <cstdint>

#include "drivers/abi/device_port.h"
#include "drivers/abi/timed_device.h"
#include "hw/base/axi_memory.h"
#include "hw/base/clock_domain.h"
#include "hw/base/command.h"
#include "hw/base/host_memory.h"
#include "hw/shell/csr.h"
#include "hw/shell/dma_read.h"
#include "hw/shell/dma_write.h"
#include "hw/shell/ring.h"

namespace photic::hw {

/// The shell of docs/reference/opu-device.md 3. A device adds its engine and its register file, and
/// connects them.
class DeviceTop : public sc_core::sc_module, private ClockSupervisor {
 public:
  /// Register accesses: each takes a cycle.
  uint32_t read(uint32_t offset);
  void write(uint32_t offset, uint32_t value);

  bool busy() const override { return ring_.busy(); }
  void reset() { clock_.reset(); }
  virtual void trace(abi::EventSink* sink);
  ClockDomain& clock() { return clock_; }
  const ClockDomain& clock() const { return clock_; }

 protected:
  /// Everything passed must outlive the device.
  DeviceTop(const sc_core::sc_module_name& name, abi::DeviceKind kind, const AxiMemory::Options& memory,
            bool skip, abi::DmaPort& dma, abi::InterruptPort& interrupts, std::atomic<uint64_t>& progress);

  /// `flush` and `done` are registers of the engine's control. `csr` shows the shell's counters from now on.
  void connect_shell(Csr& csr, Register<bool>& flush, Pulse<CommandResult>& done);
  /// Shows a counter in the wide register at `offset`.
  void show(uint32_t offset, const Counter& counter);

 private:
  abi::InterruptPort& interrupts_;
  std::atomic<uint64_t>& progress_;
  abi::EventSink* sink_ = nullptr;
  Csr* csr_of_device_ = nullptr;

 protected:
  ClockDomain clock_;
  HostMemory memory_;
  DmaRead dma_read_;
  DmaWrite dma_write_;
  Ring ring_;

 private:
  void on_edge() override;
  void on_progress() override { progress_.fetch_add(1, std::memory_order_relaxed); }
};

}  // namespace photic::hw
