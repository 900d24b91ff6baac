// SPDX-License-Identifier: Apache-2.0
// The Verilated RTL of the spiking processing unit behind a DevicePort.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/timed_device.h"
#include "sim/verilated/rtl_error.h"

namespace photic::verilated {

/// How to build an RTL device.
struct RtlSpuOptions {
  abi::SpuPreset preset = abi::kSpuPresets.front();
  /// Stalls of host memory: see AxiMemory.
  std::optional<uint64_t> stall_seed;
};

/// A spiking processing unit in SystemVerilog in front of host memory (docs/reference/spu-device.md). The
/// ports must outlive it. Any number of devices may exist.
///
/// Throws RtlPresetError for a preset that was not compiled. `advance`, `read` and `write` throw
/// RtlAssertionError.
std::unique_ptr<abi::TimedDevicePort> make_rtl_spu(const RtlSpuOptions& options, abi::DmaPort& dma,
                                                   abi::InterruptPort& interrupts);

}  // namespace photic::verilated
