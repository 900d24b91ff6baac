// SPDX-License-Identifier: Apache-2.0
// The targets that run in the process of the driver: golden only. A program with the driver in it never links
// SystemC or compiled RTL.
#include "drivers/transport/in_process.h"

#include "sim/targets/targets.h"

namespace photic::transport {

std::unique_ptr<abi::DevicePort> make_in_process_device(const Uri& uri, abi::DmaPort& dma,
                                                        abi::InterruptPort& interrupts) {
  return uri.kind == "spu" ? sim::make_golden_spu(uri, dma, interrupts)
                           : sim::make_golden(uri, dma, interrupts);
}

}  // namespace photic::transport
