// SPDX-License-Identifier: Apache-2.0
// The shared device with the OPU's engine on the optical bench.
#include "models/golden/opu_device.h"

#include <string>

#include "models/golden/opu_engine.h"

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

class OpuDevice final : public Device {
 public:
  OpuDevice(const OpuOptions& options, abi::DmaPort& memory, abi::InterruptPort& interrupts)
      : Device(identity_of(checked(options).preset), memory, interrupts),
        bench_(options.bench),
        engine_(options.preset, options.lose_trigger, registers(), bus(), bench_) {
    bench_.set_progress(&progress_counter());
  }

 private:
  Engine& engine() override { return engine_; }

  optics::Bench bench_;
  OpuEngine engine_;
};

}  // namespace

std::unique_ptr<abi::DevicePort> make_opu(const OpuOptions& options, abi::DmaPort& memory,
                                          abi::InterruptPort& interrupts) {
  return std::make_unique<OpuDevice>(options, memory, interrupts);
}

}  // namespace photic::golden
