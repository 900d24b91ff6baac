// SPDX-License-Identifier: Apache-2.0
// The optical processing unit: shell and engine wired together, with host memory and optics around them.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/timed_device.h"
#include "hw/base/clock_domain.h"
#include "hw/base/host_memory.h"
#include "hw/opu/combiner.h"
#include "hw/opu/control.h"
#include "hw/opu/loader.h"
#include "hw/opu/scaler.h"
#include "hw/opu/sequencer.h"
#include "hw/shell/csr.h"
#include "hw/shell/dma_read.h"
#include "hw/shell/dma_write.h"
#include "hw/shell/ring.h"
#include "hw/top/optical_path.h"
#include "models/optics/bench.h"

namespace photic::hw {

/// All blocks of docs/reference/opu-device.md.
class OpuTop : public sc_core::sc_module, private ClockSupervisor {
 public:
  struct Options {
    std::optional<uint64_t> stall_seed;
    std::optional<uint32_t> lose_trigger;
    bool skip = true;
  };

  /// Everything passed must outlive the device. `bench` has the preset's shape.
  OpuTop(const sc_core::sc_module_name& name, const abi::Preset& preset, const Options& options,
         optics::Bench& bench, abi::DmaPort& dma, abi::InterruptPort& interrupts,
         std::atomic<uint64_t>& progress);

  /// Register accesses: each takes a cycle.
  uint32_t read(uint32_t offset);
  void write(uint32_t offset, uint32_t value);

  bool busy() const override { return ring_.busy(); }
  void reset();
  void trace(abi::EventSink* sink);
  ClockDomain& clock() { return clock_; }
  const ClockDomain& clock() const { return clock_; }

 private:
  void on_edge() override;
  void on_progress() override { progress_.fetch_add(1, std::memory_order_relaxed); }
  void connect_shell();
  void connect_engine();
  void show_counters();

  abi::InterruptPort& interrupts_;
  std::atomic<uint64_t>& progress_;
  abi::EventSink* sink_ = nullptr;
  ClockDomain clock_;
  HostMemory memory_;
  DmaRead dma_read_;
  DmaWrite dma_write_;
  Ring ring_;
  OpuControl control_;
  Loader loader_;
  Sequencer sequencer_;
  Combiner combiner_;
  Scaler scaler_;
  OpticalPath optics_;
  Csr csr_;  // after the blocks whose registers the host can write at the same edge
};

}  // namespace photic::hw
