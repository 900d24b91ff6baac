// SPDX-License-Identifier: Apache-2.0
// The golden target: untimed, exact.
#include "drivers/transport/error.h"
#include "models/golden/opu_device.h"
#include "models/optics/error.h"
#include "sim/targets/opu_options.h"
#include "sim/targets/targets.h"

namespace photic::sim {

std::unique_ptr<abi::DevicePort> make_golden(const transport::Uri& uri, abi::DmaPort& dma,
                                             abi::InterruptPort& interrupts) {
  transport::OptionReader reader(uri);
  const OpuOptions options = opu_options(uri, reader);
  try {
    return golden::make_opu({options.preset, options.bench, options.lose_trigger}, dma, interrupts);
  } catch (const golden::Error& error) {
    throw transport::Error(abi::Status::INVALID_URI,
                           "device URI '" + uri.text.substr(0, 200) + "': " + error.what());
  } catch (const optics::Error& error) {
    throw transport::Error(abi::Status::INVALID_URI,
                           "device URI '" + uri.text.substr(0, 200) + "': " + error.what());
  }
}

}  // namespace photic::sim
