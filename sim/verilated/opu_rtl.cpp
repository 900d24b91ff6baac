// SPDX-License-Identifier: Apache-2.0
// Ties the Verilated optical unit to the optical bench.
#include "sim/verilated/opu_rtl.h"

#include "models/optics/pins.h"
#include "sim/verilated/rtl_device.h"
#include "Vphotic_opu_top.h"

namespace photic::verilated {
namespace {

constexpr unsigned kCountBits = 12;

class OpuRtl final : public RtlDevice<Vphotic_opu_top> {
 public:
  OpuRtl(const RtlOptions& options, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : RtlDevice("opu",
                  {.read_latency = options.preset.read_latency,
                   .write_latency = options.preset.write_latency,
                   .stall_seed = options.stall_seed},
                  dma, interrupts),
        preset_(options.preset),
        bench_(bench_config(options)),
        pins_(bench_, {.camera_start_cycles = preset_.camera_start_cycles,
                       .row_cycles = preset_.row_cycles,
                       .lose_trigger = options.lose_trigger}) {
    bench_.set_progress(progress_counter());
    restart();
  }

  void trace(abi::EventSink* sink) override {
    RtlDevice::trace(sink);
    pins_.trace(sink);
  }

 private:
  static optics::BenchConfig bench_config(const RtlOptions& options) {
    optics::BenchConfig config = options.bench;
    config.shape = {options.preset.mirror_rows, options.preset.mirror_cols, options.preset.pixel_rows,
                    options.preset.pixel_cols};
    return config;
  }

  void strap() override { top().preset_i = static_cast<uint8_t>(preset_.index); }
  void reset_surroundings() override { pins_.reset(); }
  void sample_surroundings() override { sampled_ = pin_inputs(); }
  void step_surroundings(uint64_t cycle) override { pins_.step(sampled_, cycle); }

  void drive_surroundings() override {
    const auto& camera = pins_.outputs();
    top().cam_busy_i = camera.cam_busy;
    top().cam_valid_i = camera.cam_valid;
    top().cam_last_i = camera.cam_last;
    if (camera.cam_valid) {
      uint64_t beat = 0;
      for (size_t lane = 0; lane < camera.cam_data.size(); ++lane) {
        beat |= uint64_t{camera.cam_data[lane]} << (kCountBits * lane);
      }
      top().cam_data_i = beat;
    }
  }

  optics::OpticalPins::Inputs pin_inputs() {
    return {.dmd_fill = top().dmd_fill_o != 0,
            .dmd_fill_value = top().dmd_fill_value_o != 0,
            .dmd_valid = top().dmd_valid_o != 0,
            .dmd_row = top().dmd_row_o,
            .dmd_word = top().dmd_word_o,
            .dmd_data = top().dmd_data_o,
            .dmd_latch = top().dmd_latch_o != 0,
            .laser_on = top().laser_on_o != 0,
            .laser_power = top().laser_power_o,
            .laser_shift = top().laser_shift_o,
            .ref_on = top().ref_on_o != 0,
            .ref_phase = top().ref_phase_o,
            .cam_trigger = top().cam_trigger_o != 0,
            .cam_frame = top().cam_frame_o,
            .cam_row = top().cam_first_row_o,
            .cam_rows = top().cam_rows_o,
            .cam_adc_bits = top().cam_adc_bits_o,
            .cam_ready = top().cam_ready_o != 0,
            .cam_abort = top().cam_abort_o != 0};
  }

  abi::Preset preset_;
  optics::Bench bench_;
  optics::OpticalPins pins_;
  optics::OpticalPins::Inputs sampled_;
};

}  // namespace

std::unique_ptr<abi::TimedDevicePort> make_rtl_opu(const RtlOptions& options, abi::DmaPort& dma,
                                                   abi::InterruptPort& interrupts) {
  return std::make_unique<OpuRtl>(options, dma, interrupts);
}

}  // namespace photic::verilated
