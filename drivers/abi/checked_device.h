// SPDX-License-Identifier: Apache-2.0
// A device that watches itself: what a pair of devices run against each other offers beyond DevicePort.
#pragma once

#include <string>

#include "drivers/abi/device_port.h"

namespace photic::abi {

/// A DevicePort that can find that it does not work as it should.
class CheckedDevicePort : public DevicePort {
 public:
  /// What was found, or null while nothing was. Once found it stays until the device is destroyed: no work is
  /// done any more, `advance` gives kIdle, writes are dropped, and whoever waits for the device has to be
  /// told CHECK_FAILED with this text.
  virtual const std::string* failure() const = 0;
};

}  // namespace photic::abi
