// SPDX-License-Identifier: Apache-2.0
// The golden target of an SPU: untimed, exact.
#include "models/golden/spu_device.h"
#include "sim/targets/spu_options.h"
#include "sim/targets/targets.h"

namespace photic::sim {

std::unique_ptr<abi::DevicePort> make_golden_spu(const transport::Uri& uri, abi::DmaPort& dma,
                                                 abi::InterruptPort& interrupts) {
  transport::OptionReader reader(uri);
  return golden::make_spu({spu_options(reader)}, dma, interrupts);
}

}  // namespace photic::sim
