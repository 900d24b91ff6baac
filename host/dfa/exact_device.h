// SPDX-License-Identifier: Apache-2.0
// The device that is no device: host arithmetic under a device's name.
#pragma once

#include <memory>
#include <string>

#include "host/dfa/projector.h"

namespace photic::host {

/// Whether `device` is "exact", with or without options.
bool names_exact_device(const std::string& device);

/// A FloatProjector for "exact" or "exact?snr_db=25"; throws ConfigError for anything else.
std::unique_ptr<Projector> open_exact_device(const std::string& device, size_t classes, uint32_t outputs,
                                             uint64_t seed);

}  // namespace photic::host
