// SPDX-License-Identifier: Apache-2.0
// The SystemC device behind a DevicePort.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/timed_device.h"
#include "models/optics/config.h"

namespace photic::hw {

/// How to build a SystemC device.
struct SystemcOptions {
  abi::Preset preset = abi::kPresets.front();
  /// The optics; its shape is taken from the preset.
  optics::BenchConfig bench;
  /// Stalls of host memory: see AxiMemory.
  std::optional<uint64_t> stall_seed;
  /// Number of a frame whose trigger the camera never sees.
  std::optional<uint32_t> lose_trigger;
  /// Jump over idle cycles; the same results either way.
  bool skip = true;
};

/// An optical processing unit, cycle by cycle (docs/reference/opu-device.md). The ports must outlive it.
///
/// SystemC simulates one device at a time: throws KernelBusyError (hw/base/kernel_session.h) while another
/// one exists. Throws optics::ConfigError for a bench that is none.
std::unique_ptr<abi::TimedDevicePort> make_systemc_opu(const SystemcOptions& options, abi::DmaPort& dma,
                                                       abi::InterruptPort& interrupts);

}  // namespace photic::hw
