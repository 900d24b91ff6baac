// SPDX-License-Identifier: Apache-2.0
// A device that is recorded.
#pragma once

#include <memory>
#include <string>

#include "drivers/abi/device_port.h"

namespace photic::recording {

/// Makes a device with `make` and writes everything that crosses its boundary to `file`
/// (docs/reference/recordings.md); `uri` is what the recording says of the device. Besides what crosses it,
/// all registers are read whenever the device has become idle, so that a replay can answer for any of them.
///
/// A file that cannot be written any more is a failure() of the device. Throws transport::Error (see Writer)
/// and what `make` throws.
std::unique_ptr<abi::DevicePort> make_recorded(const std::string& file, const std::string& uri,
                                               const abi::DeviceMaker& make, abi::DmaPort& dma,
                                               abi::InterruptPort& interrupts);

}  // namespace photic::recording
