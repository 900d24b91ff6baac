// SPDX-License-Identifier: Apache-2.0
// The systemc target of an SPU: cycle-accurate modules.
#include "drivers/transport/error.h"
#include "hw/base/kernel_session.h"
#include "hw/top/spu_systemc.h"
#include "sim/targets/clock_options.h"
#include "sim/targets/spu_options.h"
#include "sim/targets/targets.h"

namespace photic::sim {

std::unique_ptr<abi::DevicePort> make_systemc_spu(const transport::Uri& uri, abi::DmaPort& dma,
                                                  abi::InterruptPort& interrupts) {
  transport::OptionReader reader(uri);
  hw::SystemcSpuOptions options;
  options.skip = reader.flag("skip", true);
  options.stall_seed = stall_seed(reader);
  options.preset = spu_options(reader);
  try {
    return hw::make_systemc_spu(options, dma, interrupts);
  } catch (const hw::KernelBusyError& error) {
    throw transport::Error(abi::Status::UNSUPPORTED,
                           "device URI '" + uri.text.substr(0, 200) + "': " + error.what());
  }
}

}  // namespace photic::sim
