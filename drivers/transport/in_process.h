// SPDX-License-Identifier: Apache-2.0
// A device model in the caller's own process.
#pragma once

#include <memory>

#include "drivers/abi/device_port.h"
#include "drivers/transport/transport.h"

namespace photic::transport {

/// Makes the device that `uri` names for use in this process. Throws Error. Defined by the program's list of
/// targets, which links the models; the driver itself knows none.
std::unique_ptr<abi::DevicePort> make_in_process_device(const Uri& uri, abi::DmaPort& dma,
                                                        abi::InterruptPort& interrupts);

/// Connects to a device in this process. A worker thread drives it; a waiting caller drives short work
/// itself.
std::unique_ptr<Transport> connect_in_process(const Uri& uri, const DriverOptions& options);

}  // namespace photic::transport
