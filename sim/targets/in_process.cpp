// SPDX-License-Identifier: Apache-2.0
// The targets that run in the process of the driver: golden only. A program with the driver in it never links
// SystemC or compiled RTL.
#include "drivers/transport/in_process.h"
#include "drivers/transport/error.h"

#include "sim/targets/targets.h"

namespace photic::transport {

std::unique_ptr<abi::DevicePort> make_in_process_device(const Uri& uri, abi::DmaPort& dma,
                                                        abi::InterruptPort& interrupts) {
  if (uri.kind != "opu") {
    throw Error(abi::Status::UNSUPPORTED, "device URI '" + uri.text.substr(0, 200) +
                                              "': this build does not have that target; it has: golden:opu");
  }
  return sim::make_golden(uri, dma, interrupts);
}

}  // namespace photic::transport
