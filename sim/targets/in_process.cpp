// SPDX-License-Identifier: Apache-2.0
// The targets that run in the process of the driver: golden and replays. A program with the driver in it
// never links SystemC or compiled RTL.
#include "drivers/transport/in_process.h"

#include "sim/targets/targets.h"
#include "sim/targets/wrapped.h"

namespace photic::transport {

std::unique_ptr<abi::DevicePort> make_in_process_device(const Uri& uri, abi::DmaPort& dma,
                                                        abi::InterruptPort& interrupts) {
  return sim::make_wrapped(
      uri, dma, interrupts,
      [](const Uri& bare, abi::DmaPort& bare_dma, abi::InterruptPort& bare_interrupts) {
        const sim::MakeDevice make = bare.kind == "spu" ? sim::make_golden_spu : sim::make_golden;
        return make(bare, bare_dma, bare_interrupts);
      },
      sim::Process::kHosts);
}

}  // namespace photic::transport
