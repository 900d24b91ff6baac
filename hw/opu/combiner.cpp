// SPDX-License-Identifier: Apache-2.0
// Stage A reads the frame store, stage B adds and writes.
#include "hw/opu/combiner.h"

#include <algorithm>

#include "drivers/abi/timing.h"

namespace photic::hw {

Combiner::Combiner(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset)
    : ClockedModule(name, clock),
      frames(clock, "frames", abi::kFifoFrames),
      pixels(clock, "pixels"),
      in_hand_(clock, "in_hand"),
      b_valid_(clock, "b_valid"),
      frame_store_(uint64_t{preset.pixel_rows} * preset.pixel_cols / kernels::kGroupPixels),
      calibration_store_(frame_store_.size()) {}

void Combiner::on_reset() {
  for (Counter* counter : {&pixels_read, &pixels_saturated, &frames_dark, &stall_cycles}) {
    *counter = {};
  }
}

bool Combiner::cam_ready() const {
  const size_t promised = combined->count() + (b_valid_.get() ? 1 : 0);
  return in_hand_.get() && promised < abi::kFifoCombined && !flush->get();
}

void Combiner::on_clock() {
  if (flush->get()) {
    in_hand_.set(false);
    b_valid_.set(false);
    frames.clear();
    combined->clear();
    return;
  }
  if (high(engine_start)) {
    pixels.set({});
  }
  if (b_valid_.get()) {
    finish();
  }
  const bool offered = camera->get().cam_valid;
  const bool takes = offered && cam_ready();
  stall_cycles.add(offered && !takes ? 1 : 0);
  b_valid_.set(takes);
  if (takes) {
    accept();
  }
  if (!in_hand_.get() && !frames.empty()) {
    frame_ = frames.pop();
    in_hand_.set(true);
    group_ = 0;
    all_dark_ = true;
  }
}

void Combiner::accept() {
  const optics::OpticalPins::Outputs& beat = camera->get();
  const uint32_t first_pixel = group_ * kernels::kGroupPixels;
  const uint32_t outputs = command().outputs;
  beat_.frame = frame_;
  beat_.group = group_;
  beat_.pixels = first_pixel < outputs ? std::min(outputs - first_pixel, kernels::kGroupPixels) : 0;
  beat_.last = beat.cam_last;
  beat_.counts = beat.cam_data;
  beat_.sums = frame_store_[group_];
  beat_.calibration = calibration_store_[group_];
  ++group_;
  if (beat.cam_last) {
    in_hand_.set(false);
  }
}

void Combiner::finish() {
  const kernels::Frame& frame = beat_.frame;
  if (beat_.pixels > 0) {
    const kernels::GroupSums base =
        frame.first_of_vector ? kernels::start_group(frame.calibration, beat_.calibration) : beat_.sums;
    const kernels::GroupSums sums = kernels::combine_group(base, frame.re, frame.im, beat_.counts);
    if (!frame.last_of_vector) {
      frame_store_[beat_.group] = sums;
    } else if (frame.calibrating) {
      std::transform(sums.re.begin(), sums.re.end(), calibration_store_[beat_.group].begin(),
                     [this](int32_t sum) { return kernels::calibration_mean(sum, command().vectors); });
    } else {
      const uint32_t end = beat_.group * kernels::kGroupPixels + beat_.pixels;
      combined->push({sums, static_cast<uint8_t>(beat_.pixels), end == command().outputs});
    }
    const auto full_scale = static_cast<uint16_t>(
        (1U << abi::OPU_CAMERA_ADC_BITS.get(engine_start->payload().settings.camera)) - 1);
    const auto statistics = kernels::pixel_statistics({beat_.counts.data(), beat_.pixels}, full_scale);
    pixels_read.add(beat_.pixels);
    pixels_saturated.add(statistics.saturated);
    all_dark_ = all_dark_ && statistics.dark;
    const PixelTotals& totals = pixels.get();
    pixels.set({totals.saturated + statistics.saturated, totals.combined + beat_.pixels});
  }
  frames_dark.add(beat_.last && all_dark_ ? 1 : 0);
}

uint64_t Combiner::quiet_cycles() const {
  const bool acts = flush->get() || high(engine_start) || b_valid_.get() || camera->get().cam_valid ||
                    (!in_hand_.get() && !frames.empty());
  return acts ? 0 : kQuietForever;
}

}  // namespace photic::hw
