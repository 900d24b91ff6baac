// SPDX-License-Identifier: Apache-2.0
// A device that fails by rule: `fault:<rules>:<uri>`.
#pragma once

#include <memory>
#include <string>

#include "drivers/abi/device_port.h"

namespace photic::faults {

/// Where the device is.
struct Surroundings {
  /// The process is the device's own, and ends as if killed when the device vanishes. Otherwise the device is
  /// dead from then on: `advance` throws.
  bool own_process = false;
  /// It is one of two that are compared: what depends on the wall clock cannot be the same for both.
  bool compared = false;
};

/// Makes a device of `make` between faults and the host that `memory` and `interrupts` lead to. It has a
/// clock (abi::TimedDevicePort) if the device has one. Nothing but the faults themselves differs from the
/// device alone, cycle stamps included. Rules of the device itself (lose_trigger) are for whoever names the
/// device: rules.h. Throws transport::Error(INVALID_URI) for malformed rules or rules that cannot be kept
/// here, and what `make` throws.
std::unique_ptr<abi::DevicePort> make_faulty(const std::string& rules, const abi::DeviceMaker& make,
                                             abi::DmaPort& memory, abi::InterruptPort& interrupts,
                                             const Surroundings& surroundings);

}  // namespace photic::faults
