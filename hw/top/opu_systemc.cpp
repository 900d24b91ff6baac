// SPDX-License-Identifier: Apache-2.0
// The parts of a SystemC optical processing unit.
#include "hw/top/opu_systemc.h"

#include "hw/top/opu_top.h"
#include "hw/top/systemc_device.h"

namespace photic::hw {
namespace {

optics::BenchConfig bench_config(const SystemcOptions& options) {
  optics::BenchConfig config = options.bench;
  config.shape = {.mirror_rows = options.preset.mirror_rows,
                  .mirror_cols = options.preset.mirror_cols,
                  .pixel_rows = options.preset.pixel_rows,
                  .pixel_cols = options.preset.pixel_cols};
  return config;
}

struct OpuParts {
  OpuParts(const SystemcOptions& options, abi::DmaPort& dma, abi::InterruptPort& interrupts,
           std::atomic<uint64_t>& progress)
      : preset(options.preset),
        bench(bench_config(options)),
        top("opu", preset, {options.stall_seed, options.lose_trigger, options.skip}, bench, dma, interrupts,
            progress) {
    bench.set_progress(&progress);
  }

  abi::Preset preset;
  optics::Bench bench;
  OpuTop top;
};

}  // namespace

std::unique_ptr<abi::TimedDevicePort> make_systemc_opu(const SystemcOptions& options, abi::DmaPort& dma,
                                                       abi::InterruptPort& interrupts) {
  return std::make_unique<SystemcDevice<OpuParts>>(options, dma, interrupts);
}

}  // namespace photic::hw
