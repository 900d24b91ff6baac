// SPDX-License-Identifier: Apache-2.0
// From a device's name to a projector.
#pragma once

#include <memory>
#include <string>

#include "host/dfa/projector.h"

namespace photic::host {

/// Opens what `device` names: "exact" or "exact?snr_db=25" for host arithmetic (see FloatProjector). Throws
/// ConfigError for a name of no known form, DeviceError if it cannot be opened or has too few outputs.
std::unique_ptr<Projector> open_projector(const std::string& device, size_t classes, uint32_t outputs,
                                          uint64_t seed);

}  // namespace photic::host
