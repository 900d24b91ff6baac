// SPDX-License-Identifier: Apache-2.0
// Owns everything a SystemC device is made of, in order of construction.
#include "hw/top/opu_systemc.h"

#include "hw/base/kernel_session.h"
#include "hw/top/opu_top.h"

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

class OpuSystemc : public abi::TimedDevicePort {
 public:
  OpuSystemc(const SystemcOptions& options, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : preset_(options.preset),
        bench_(bench_config(options)),
        top_("opu", preset_, {options.stall_seed, options.lose_trigger, options.skip}, bench_, dma,
             interrupts, progress_) {
    bench_.set_progress(&progress_);
  }

  uint32_t read(uint32_t offset) override { return top_.read(offset); }
  void write(uint32_t offset, uint32_t value) override { top_.write(offset, value); }
  abi::Activity advance(uint64_t budget) override {
    top_.clock().run(budget);
    return top_.busy() ? abi::Activity::kWorking : abi::Activity::kIdle;
  }
  void reset() override { top_.reset(); }
  const std::atomic<uint64_t>& progress() const override { return progress_; }
  uint64_t cycle() const override { return top_.clock().cycle(); }
  void trace(abi::EventSink* sink) override { top_.trace(sink); }
  bool waveform(const std::string& path) override { return top_.clock().waveform(path); }

 private:
  KernelSession session_;
  std::atomic<uint64_t> progress_{0};
  abi::Preset preset_;
  optics::Bench bench_;
  OpuTop top_;
};

}  // namespace

std::unique_ptr<abi::TimedDevicePort> make_systemc_opu(const SystemcOptions& options, abi::DmaPort& dma,
                                                       abi::InterruptPort& interrupts) {
  return std::make_unique<OpuSystemc>(options, dma, interrupts);
}

}  // namespace photic::hw
