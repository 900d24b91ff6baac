// SPDX-License-Identifier: Apache-2.0
// The spiking processing unit: shell and engine wired together, with host memory around them.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "hw/shell/spu_csr.h"
#include "hw/spu/control.h"
#include "hw/spu/mesh.h"
#include "hw/top/device_top.h"

namespace photic::hw {

/// All blocks of docs/reference/spu-device.md.
class SpuTop : public DeviceTop {
 public:
  struct Options {
    std::optional<uint64_t> stall_seed;
    bool skip = true;
  };

  /// Everything passed must outlive the device.
  SpuTop(const sc_core::sc_module_name& name, const abi::SpuPreset& preset, const Options& options,
         abi::DmaPort& dma, abi::InterruptPort& interrupts, std::atomic<uint64_t>& progress);

 private:
  void connect_engine();
  void show_counters();

  SpuControl control_;
  Mesh mesh_;
  SpuCsr csr_;  // after the blocks whose registers the host can write at the same edge
};

}  // namespace photic::hw
