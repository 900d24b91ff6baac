// SPDX-License-Identifier: Apache-2.0
// The systemc target: cycle-accurate modules.
#include "drivers/transport/error.h"
#include "hw/base/kernel_session.h"
#include "hw/top/opu_systemc.h"
#include "models/optics/error.h"
#include "sim/targets/clock_options.h"
#include "sim/targets/opu_options.h"
#include "sim/targets/targets.h"

namespace photic::sim {

std::unique_ptr<abi::DevicePort> make_systemc(const transport::Uri& uri, abi::DmaPort& dma,
                                              abi::InterruptPort& interrupts) {
  transport::OptionReader reader(uri);
  hw::SystemcOptions systemc;
  systemc.skip = reader.flag("skip", true);
  systemc.stall_seed = stall_seed(reader);
  const OpuOptions options = opu_options(uri, reader);
  systemc.preset = options.preset;
  systemc.bench = options.bench;
  systemc.lose_trigger = options.lose_trigger;
  try {
    return hw::make_systemc_opu(systemc, dma, interrupts);
  } catch (const optics::Error& error) {
    throw transport::Error(abi::Status::INVALID_URI,
                           "device URI '" + uri.text.substr(0, 200) + "': " + error.what());
  } catch (const hw::KernelBusyError& error) {
    throw transport::Error(abi::Status::UNSUPPORTED,
                           "device URI '" + uri.text.substr(0, 200) + "': " + error.what());
  }
}

}  // namespace photic::sim
