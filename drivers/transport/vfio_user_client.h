// SPDX-License-Identifier: Apache-2.0
// A device in another process, spoken to over vfio-user.
#pragma once

#include <memory>

#include "drivers/transport/transport.h"

namespace photic::transport {

/// Starts photic-device for `uri` and connects to it. The process ends with the transport.
std::unique_ptr<Transport> connect_process(const Uri& uri, const DriverOptions& options);

/// Connects to a photic-device that listens on `uri.path`.
std::unique_ptr<Transport> connect_remote(const Uri& uri, const DriverOptions& options);

}  // namespace photic::transport
