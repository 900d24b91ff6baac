// SPDX-License-Identifier: Apache-2.0
// Shell and engine as one device.
#include "models/golden/opu_device.h"

#include <string>

#include "models/golden/bus.h"
#include "models/golden/opu_engine.h"
#include "models/golden/register_file.h"
#include "models/golden/shell.h"

namespace photic::golden {
namespace {

optics::SensorShape shape_of(const abi::Preset& preset) {
  return {preset.mirror_rows, preset.mirror_cols, preset.pixel_rows, preset.pixel_cols};
}

const OpuOptions& checked(const OpuOptions& options) {
  if (options.bench.shape != shape_of(options.preset)) {
    throw Error("golden OPU: the bench has not the mirrors and pixels of preset '" +
                std::string(options.preset.name) + "'; take its shape from the preset");
  }
  return options;
}

class OpuDevice final : public abi::DevicePort {
 public:
  OpuDevice(const OpuOptions& options, abi::DmaPort& memory, abi::InterruptPort& interrupts)
      : registers_(abi::DeviceKind::OPU, checked(options).preset),
        bus_(memory, registers_),
        shell_(registers_, bus_, interrupts),
        bench_(options.bench),
        engine_(options.preset, options.lose_trigger, registers_, bus_, bench_) {
    bench_.set_progress(&progress_);
  }

  uint32_t read(uint32_t offset) override {
    if (offset == abi::SHELL_STATUS) {
      return abi::SHELL_STATUS_BUSY.set(running_ || shell_.runnable() ? 1 : 0);
    }
    return registers_.read(offset);
  }

  void write(uint32_t offset, uint32_t value) override { shell_.write(offset, value); }

  abi::Activity advance(uint64_t budget) override {
    uint64_t steps = 0;
    while (running_ || shell_.runnable()) {
      if (steps != 0 && steps >= budget) {
        return abi::Activity::kWorking;
      }
      step();
      ++steps;
      progress_.fetch_add(1, std::memory_order_relaxed);
    }
    return abi::Activity::kIdle;
  }

  void reset() override {
    registers_.reset();
    shell_.reset();
    engine_.reset();
    bench_.reset();
    running_.reset();
  }

  const std::atomic<uint64_t>& progress() const override { return progress_; }

 private:
  void step() {
    if (running_) {
      if (const std::optional<Outcome> outcome = engine_.step()) {
        shell_.complete(*running_, *outcome);
        running_.reset();
      }
      return;
    }
    const std::optional<Fetched> fetched = shell_.fetch();
    if (const std::optional<Outcome> outcome = dispatch(*fetched)) {
      shell_.complete(*fetched, *outcome);
    } else {
      running_ = fetched;
    }
  }

  std::optional<Outcome> dispatch(const Fetched& fetched) {
    if (fetched.fault_address) {
      return Outcome{abi::Status::DMA_READ_ERROR, *fetched.fault_address};
    }
    return engine_.start(fetched.submission);
  }

  std::atomic<uint64_t> progress_{0};
  RegisterFile registers_;
  Bus bus_;
  Shell shell_;
  optics::Bench bench_;
  OpuEngine engine_;
  std::optional<Fetched> running_;
};

}  // namespace

std::unique_ptr<abi::DevicePort> make_opu(const OpuOptions& options, abi::DmaPort& memory,
                                          abi::InterruptPort& interrupts) {
  return std::make_unique<OpuDevice>(options, memory, interrupts);
}

}  // namespace photic::golden
