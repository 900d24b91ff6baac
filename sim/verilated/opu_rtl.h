// SPDX-License-Identifier: Apache-2.0
// The Verilated RTL device behind a DevicePort.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/timed_device.h"
#include "models/optics/config.h"
#include "sim/verilated/rtl_error.h"

namespace photic::verilated {

/// How to build an RTL device.
struct RtlOptions {
  abi::Preset preset = abi::kPresets.front();
  /// The optics; its shape is taken from the preset.
  optics::BenchConfig bench;
  /// Stalls of host memory: see AxiMemory.
  std::optional<uint64_t> stall_seed;
  /// Number of a frame whose trigger the camera never sees.
  std::optional<uint32_t> lose_trigger;
};

/// An optical processing unit in SystemVerilog, between host memory and an optical bench
/// (docs/reference/opu-device.md). The ports must outlive it. Any number of devices may exist.
///
/// Throws optics::ConfigError for a bench that is none. `advance`, `read` and `write` throw
/// RtlAssertionError.
std::unique_ptr<abi::TimedDevicePort> make_rtl_opu(const RtlOptions& options, abi::DmaPort& dma,
                                                   abi::InterruptPort& interrupts);

}  // namespace photic::verilated
