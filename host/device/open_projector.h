// SPDX-License-Identifier: Apache-2.0
// From a device's name to a projector.
#pragma once

#include <memory>
#include <string>

#include "host/dfa/projector.h"
#include "host/recovery/recovery.h"

namespace photic::host {

/// Opens what `device` names: "exact" (see open_exact_device), for which `seed` draws the matrix, or a device
/// URI such as golden:opu for the driver, whose failures `policy` is about. `most_rows` is the largest batch.
/// Throws ConfigError or DeviceError.
std::unique_ptr<Projector> open_projector(const std::string& device, size_t classes, uint32_t outputs,
                                          uint32_t most_rows, uint64_t seed, RetryPolicy policy = {});

}  // namespace photic::host
