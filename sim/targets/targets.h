// SPDX-License-Identifier: Apache-2.0
// The one list of targets: which name builds which device.
#pragma once

#include <memory>

#include "drivers/abi/device_port.h"
#include "drivers/transport/uri.h"

namespace photic::sim {

/// Builds a device of one target. Throws transport::Error; the ports outlive the device.
using MakeDevice = std::unique_ptr<abi::DevicePort> (*)(const transport::Uri& uri, abi::DmaPort& dma,
                                                        abi::InterruptPort& interrupts);

/// The makers, one for a target and a kind of device. Each reads its own options and refuses unknown ones.
std::unique_ptr<abi::DevicePort> make_golden(const transport::Uri& uri, abi::DmaPort& dma,
                                             abi::InterruptPort& interrupts);
std::unique_ptr<abi::DevicePort> make_golden_spu(const transport::Uri& uri, abi::DmaPort& dma,
                                                 abi::InterruptPort& interrupts);
/// Has two options besides: `stall` = seed of host memory stalls; `skip` = off clocks idle cycles one by one.
std::unique_ptr<abi::DevicePort> make_systemc(const transport::Uri& uri, abi::DmaPort& dma,
                                              abi::InterruptPort& interrupts);
std::unique_ptr<abi::DevicePort> make_systemc_spu(const transport::Uri& uri, abi::DmaPort& dma,
                                                  abi::InterruptPort& interrupts);

/// Option besides: `stall` = seed of the stalls of host memory (hw/base/axi_memory.h).
std::unique_ptr<abi::DevicePort> make_rtl(const transport::Uri& uri, abi::DmaPort& dma,
                                          abi::InterruptPort& interrupts);
/// Throws transport::Error(UNSUPPORTED) for a preset of which no RTL was compiled.
std::unique_ptr<abi::DevicePort> make_rtl_spu(const transport::Uri& uri, abi::DmaPort& dma,
                                              abi::InterruptPort& interrupts);

/// Two targets run against each other (sim/lockstep/check_port.h). Options besides those of both: `report` =
/// folder for the report on a difference; `waveforms` = 0 draws none, which is faster.
std::unique_ptr<abi::DevicePort> make_check(const transport::Uri& uri, abi::DmaPort& dma,
                                            abi::InterruptPort& interrupts);

/// Builds whatever `uri` names: a simulated device, with its wrappers (sim/targets/wrapped.h), or a replay.
/// Throws transport::Error: UNSUPPORTED for a target this build has not.
std::unique_ptr<abi::DevicePort> make_device(const transport::Uri& uri, abi::DmaPort& dma,
                                             abi::InterruptPort& interrupts);

}  // namespace photic::sim
