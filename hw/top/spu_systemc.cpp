// SPDX-License-Identifier: Apache-2.0
// The parts of a SystemC spiking processing unit.
#include "hw/top/spu_systemc.h"

#include "hw/top/spu_top.h"
#include "hw/top/systemc_device.h"

namespace photic::hw {
namespace {

struct SpuParts {
  SpuParts(const SystemcSpuOptions& options, abi::DmaPort& dma, abi::InterruptPort& interrupts,
           std::atomic<uint64_t>& progress)
      : preset(options.preset),
        top("spu", preset, {options.stall_seed, options.skip}, dma, interrupts, progress) {}

  abi::SpuPreset preset;
  SpuTop top;
};

}  // namespace

std::unique_ptr<abi::TimedDevicePort> make_systemc_spu(const SystemcSpuOptions& options, abi::DmaPort& dma,
                                                       abi::InterruptPort& interrupts) {
  return std::make_unique<SystemcDevice<SpuParts>>(options, dma, interrupts);
}

}  // namespace photic::hw
