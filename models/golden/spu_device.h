// SPDX-License-Identifier: Apache-2.0
// The golden SPU: an untimed device behind a DevicePort, exact in every byte, counter and status.
#pragma once

#include <memory>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "models/golden/device.h"

namespace photic::golden {

struct GoldenSpuOptions {
  /// One of abi::kSpuPresets, or any other geometry whose numbers its registers and words can hold and whose
  /// `slots` and `lanes` are powers of two.
  abi::SpuPreset preset;
};

/// Builds an SPU as after power-on. Cycle stamps, timed registers and timed COUNTER words are 0. `advance`
/// takes at most `budget` pieces of work: a step of a run, or part of a long one, of a scan or of a transfer.
/// Its progress grows with every piece. The ports outlive the device. Throws Error.
std::unique_ptr<abi::DevicePort> make_spu(const GoldenSpuOptions& options, abi::DmaPort& memory,
                                          abi::InterruptPort& interrupts);

}  // namespace photic::golden
