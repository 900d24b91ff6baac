// SPDX-License-Identifier: Apache-2.0
// What stands around a device: recordings, and replays in its place.
#pragma once

#include <functional>
#include <memory>

#include "drivers/abi/device_port.h"
#include "drivers/transport/uri.h"

namespace photic::sim {

/// Builds a device that is wrapped in nothing.
using MakeBare = std::function<std::unique_ptr<abi::DevicePort>(const transport::Uri& uri, abi::DmaPort& dma,
                                                                abi::InterruptPort& interrupts)>;

/// Builds what `uri` names, from the outside in: its wrappers here, the device inside them with `make`. A
/// replay needs no device. Throws transport::Error.
std::unique_ptr<abi::DevicePort> make_wrapped(const transport::Uri& uri, abi::DmaPort& dma,
                                              abi::InterruptPort& interrupts, const MakeBare& make);

}  // namespace photic::sim
