// SPDX-License-Identifier: Apache-2.0
// The rtl target: the SystemVerilog device, compiled.
#include <optional>

#include "drivers/transport/error.h"
#include "models/optics/error.h"
#include "sim/targets/clock_options.h"
#include "sim/targets/opu_options.h"
#include "sim/targets/targets.h"
#include "sim/verilated/opu_rtl.h"

namespace photic::sim {

std::unique_ptr<abi::DevicePort> make_rtl(const transport::Uri& uri, abi::DmaPort& dma,
                                          abi::InterruptPort& interrupts) {
  transport::OptionReader reader(uri);
  const std::optional<uint64_t> stall = stall_seed(reader);
  const OpuOptions options = opu_options(uri, reader);
  try {
    return verilated::make_rtl_opu({options.preset, options.bench, stall, options.lose_trigger}, dma,
                                   interrupts);
  } catch (const optics::Error& error) {
    throw transport::Error(abi::Status::INVALID_URI,
                           "device URI '" + uri.text.substr(0, 200) + "': " + error.what());
  }
}

}  // namespace photic::sim
