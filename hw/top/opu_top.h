// SPDX-License-Identifier: Apache-2.0
// The optical processing unit: shell and engine wired together, with host memory and optics around them.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "hw/opu/combiner.h"
#include "hw/opu/control.h"
#include "hw/opu/loader.h"
#include "hw/opu/scaler.h"
#include "hw/opu/sequencer.h"
#include "hw/shell/opu_csr.h"
#include "hw/top/device_top.h"
#include "hw/top/optical_path.h"
#include "models/optics/bench.h"

namespace photic::hw {

/// All blocks of docs/reference/opu-device.md.
class OpuTop : public DeviceTop {
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

  void trace(abi::EventSink* sink) override;

 private:
  void connect_engine();
  void show_counters();

  OpuControl control_;
  Loader loader_;
  Sequencer sequencer_;
  Combiner combiner_;
  Scaler scaler_;
  OpticalPath optics_;
  OpuCsr csr_;  // after the blocks whose registers the host can write at the same edge
};

}  // namespace photic::hw
