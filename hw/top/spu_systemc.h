// SPDX-License-Identifier: Apache-2.0
// The SystemC spiking processing unit behind a DevicePort.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/timed_device.h"

namespace photic::hw {

/// How to build a SystemC spiking processing unit.
struct SystemcSpuOptions {
  abi::SpuPreset preset = abi::kSpuPresets.front();
  /// Stalls of host memory: see AxiMemory.
  std::optional<uint64_t> stall_seed;
  /// Call only blocks that have work and jump over idle cycles; the same results either way.
  bool skip = true;
};

/// A spiking processing unit, cycle by cycle (docs/reference/spu-device.md). The ports must outlive it.
///
/// SystemC simulates one device at a time: throws KernelBusyError (hw/base/kernel_session.h) while another
/// one exists.
std::unique_ptr<abi::TimedDevicePort> make_systemc_spu(const SystemcSpuOptions& options, abi::DmaPort& dma,
                                                       abi::InterruptPort& interrupts);

}  // namespace photic::hw
