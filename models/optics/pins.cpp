// SPDX-License-Identifier: Apache-2.0
// Rolling out a picture row by row, and counting the light it was taken with.
#include "models/optics/pins.h"

#include <algorithm>

namespace photic::optics {
namespace {

constexpr unsigned kCountBits = 12;

}  // namespace

OpticalPins::OpticalPins(Bench& bench, const Options& options)
    : bench_(bench), options_(options), beats_a_row_(bench.config().shape.pixel_cols / kLanes) {}

void OpticalPins::reset() {
  bench_.reset();
  outputs_ = {};
  now_ = 0;
  laser_on_ = false;
  light_cycles_ = 0;
}

void OpticalPins::emit(abi::EventKind kind, uint64_t cycle, uint64_t address, uint64_t data) {
  if (sink_ != nullptr) {
    sink_->on_event({cycle, kind, address, data});
  }
}

void OpticalPins::step(const Inputs& device, uint64_t cycle) {
  if (device.dmd_fill) {
    emit(abi::EventKind::kMirrorFill, cycle, 0, device.dmd_fill_value ? 1 : 0);
    bench_.fill(device.dmd_fill_value);
  }
  if (device.dmd_valid) {
    emit(abi::EventKind::kMirrorWord, cycle, uint64_t{device.dmd_row} << 16 | device.dmd_word,
         device.dmd_data);
    bench_.load(device.dmd_row, device.dmd_word, device.dmd_data);
  }
  if (device.dmd_latch) {
    emit(abi::EventKind::kMirrorLatch, cycle, 0, 0);
    bench_.latch();
  }
  if (device.laser_on != laser_on_) {
    emit(abi::EventKind::kLaser, cycle, 0, device.laser_on ? 1 : 0);
    laser_on_ = device.laser_on;
  }
  light_cycles_ += laser_on_ ? 1 : 0;
  const bool triggered = device.cam_trigger && !outputs_.cam_busy;
  if (outputs_.cam_valid && device.cam_ready) {
    take_beat(cycle);
  }
  if (device.cam_trigger) {
    const uint8_t phase = device.ref_on ? device.ref_phase : kNoReference;
    emit(abi::EventKind::kTrigger, cycle, device.cam_frame, phase);
  }
  if (triggered && device.cam_frame != options_.lose_trigger) {
    trigger(device);
  }
  if (device.cam_abort) {
    outputs_ = {};
    light_cycles_ = 0;
  }
  ++now_;
  begin_cycle();
}

void OpticalPins::trigger(const Inputs& device) {
  constexpr uint64_t kLongestExposure = std::numeric_limits<uint32_t>::max();
  bench_.expose({.frame = device.cam_frame,
                 .reference_phase = device.ref_on ? device.ref_phase : kNoReference,
                 .exposure_cycles = static_cast<uint32_t>(std::min(light_cycles_, kLongestExposure)),
                 .laser_power = device.laser_power,
                 .laser_shift = device.laser_shift,
                 .adc_bits = device.cam_adc_bits,
                 .first_row = device.cam_row,
                 .rows = device.cam_rows});
  light_cycles_ = 0;
  outputs_.cam_busy = true;
  rows_ = device.cam_rows;
  row_ = 0;
  beat_ = 0;
  first_row_at_ = now_ + 1 + options_.camera_start_cycles;
  idle_at_ = first_row_at_ + uint64_t{rows_} * options_.row_cycles;
}

void OpticalPins::take_beat(uint64_t cycle) {
  if (sink_ != nullptr) {
    uint64_t data = 0;
    for (size_t lane = 0; lane < kLanes; ++lane) {
      data |= uint64_t{outputs_.cam_data[lane]} << (kCountBits * lane);
    }
    emit(abi::EventKind::kPixels, cycle, 0, data);
  }
  outputs_.cam_valid = false;
  if (++beat_ == beats_a_row_) {
    beat_ = 0;
    ++row_;
  }
}

uint64_t OpticalPins::next_beat_at() const {
  if (row_ == rows_) {
    return kForever;
  }
  return beat_ > 0 ? now_ : first_row_at_ + uint64_t{row_} * options_.row_cycles;
}

void OpticalPins::begin_cycle() {
  if (!outputs_.cam_busy || outputs_.cam_valid) {
    return;
  }
  if (row_ == rows_) {
    outputs_.cam_busy = now_ < idle_at_;
  } else if (next_beat_at() <= now_) {
    const uint16_t* counts = &bench_.counts()[(size_t{row_} * beats_a_row_ + beat_) * kLanes];
    std::transform(counts, counts + kLanes, outputs_.cam_data.begin(),
                   [](uint16_t count) { return std::min(count, kMostCount); });
    outputs_.cam_valid = true;
    outputs_.cam_last = row_ + 1 == rows_ && beat_ + 1 == beats_a_row_;
  }
}

uint64_t OpticalPins::quiet_cycles(const Inputs& device) const {
  const bool acts =
      device.dmd_fill || device.dmd_valid || device.dmd_latch || device.cam_trigger || device.cam_abort;
  if (acts || device.laser_on != laser_on_ || outputs_.cam_valid) {
    return 0;
  }
  if (!outputs_.cam_busy) {
    return kForever;
  }
  return (row_ == rows_ ? idle_at_ : next_beat_at()) - now_;
}

void OpticalPins::skip(uint64_t cycles, const Inputs& device) {
  light_cycles_ += device.laser_on ? cycles : 0;
  now_ += cycles;
  begin_cycle();
}

}  // namespace photic::optics
