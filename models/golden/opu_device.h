// SPDX-License-Identifier: Apache-2.0
// The golden OPU: an untimed device behind a DevicePort, exact in every byte, counter and status.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "models/golden/device.h"
#include "models/optics/config.h"

namespace photic::golden {

struct OpuOptions {
  abi::Preset preset;
  /// Its shape is that of the preset.
  optics::BenchConfig bench;
  /// Number of a frame whose trigger never reaches the camera.
  std::optional<uint32_t> lose_trigger;
};

/// Builds an OPU as after power-on. Cycle stamps and timed registers are 0. `advance` takes at most `budget`
/// steps, a step being a frame or a command; its progress grows with every step and while a long exposure is
/// computed. The ports outlive the device. Throws Error, or optics::ConfigError if the bench cannot be built.
std::unique_ptr<abi::DevicePort> make_opu(const OpuOptions& options, abi::DmaPort& memory,
                                          abi::InterruptPort& interrupts);

}  // namespace photic::golden
