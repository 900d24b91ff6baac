// SPDX-License-Identifier: Apache-2.0
// What stands around a device: recordings and faults, and replays in its place.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "drivers/abi/device_port.h"
#include "drivers/transport/uri.h"

namespace photic::sim {

/// Builds a device that is wrapped in nothing. A pair to be compared may have `rules` in its URI: each of the
/// two fails by them, at the same commands.
using MakeBare = std::function<std::unique_ptr<abi::DevicePort>(const transport::Uri& uri, abi::DmaPort& dma,
                                                                abi::InterruptPort& interrupts)>;

/// Where a device runs.
enum class Process : uint8_t {
  kHosts,  ///< In that of the program that uses it.
  kOwn,    ///< In one of its own, which ends when the device vanishes.
};

/// Builds what `uri` names, from the outside in: its wrappers here, the device inside them with `make`. A
/// replay needs no device. Throws transport::Error.
std::unique_ptr<abi::DevicePort> make_wrapped(const transport::Uri& uri, abi::DmaPort& dma,
                                              abi::InterruptPort& interrupts, const MakeBare& make,
                                              Process process);

}  // namespace photic::sim
