// SPDX-License-Identifier: Apache-2.0
// A Photic card in this machine, reached through VFIO.
#pragma once

#include <memory>

#include "drivers/transport/transport.h"
#include "drivers/transport/vfio/kernel.h"

namespace photic::transport {

/// Connects to the PCI function `uri.path`. Closing hands it back as it was found.
std::unique_ptr<Transport> connect_vfio(const Uri& uri, const DriverOptions& options,
                                        const vfio_pci::Kernel& kernel = vfio_pci::running_kernel());

}  // namespace photic::transport
