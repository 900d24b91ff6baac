// SPDX-License-Identifier: Apache-2.0
// Host arithmetic or the driver.
#include "host/device/open_projector.h"

#include "host/device/device_projector.h"
#include "host/dfa/exact_device.h"

namespace photic::host {

std::unique_ptr<Projector> open_projector(const std::string& device, size_t classes, uint32_t outputs,
                                          uint32_t most_rows, uint64_t seed, RetryPolicy policy) {
  if (names_exact_device(device)) {
    return open_exact_device(device, classes, outputs, seed);
  }
  return std::make_unique<DeviceProjector>(device, classes, outputs, most_rows, policy);
}

}  // namespace photic::host
