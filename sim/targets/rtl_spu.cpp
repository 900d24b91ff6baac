// SPDX-License-Identifier: Apache-2.0
// The rtl target of an SPU: the SystemVerilog device, compiled.
#include "drivers/transport/error.h"
#include "sim/targets/clock_options.h"
#include "sim/targets/spu_options.h"
#include "sim/targets/targets.h"
#include "sim/verilated/spu_rtl.h"

namespace photic::sim {

std::unique_ptr<abi::DevicePort> make_rtl_spu(const transport::Uri& uri, abi::DmaPort& dma,
                                              abi::InterruptPort& interrupts) {
  transport::OptionReader reader(uri);
  verilated::RtlSpuOptions options;
  options.stall_seed = stall_seed(reader);
  options.preset = spu_options(reader);
  try {
    return verilated::make_rtl_spu(options, dma, interrupts);
  } catch (const verilated::RtlPresetError& error) {
    throw transport::Error(abi::Status::UNSUPPORTED,
                           "device URI '" + uri.text.substr(0, 200) + "': " + error.what());
  }
}

}  // namespace photic::sim
