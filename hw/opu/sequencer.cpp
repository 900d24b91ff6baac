// SPDX-License-Identifier: Apache-2.0
// Settle, expose, trigger, acknowledge.
#include "hw/opu/sequencer.h"

#include <algorithm>

namespace photic::hw {

Sequencer::Sequencer(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset)
    : ClockedModule(name, clock),
      dmd_latch(clock, "dmd_latch"),
      frame_taken(clock, "frame_taken"),
      laser_on(clock, "laser_on"),
      ref(clock, "ref"),
      cam_trigger(clock, "cam_trigger"),
      preset_(preset),
      state_(clock, "state") {}

void Sequencer::on_reset() {
  for (Counter* counter :
       {&frames_triggered, &mirror_words, &period_cycles, &exposure_cycles, &wait_load_cycles}) {
    *counter = {};
  }
  first_ = false;
  since_ = 0;
}

bool Sequencer::waits_for_load() const {
  return state_.get() == State::IDLE && !first_ && !frame_valid->get() && !loader->idle();
}

bool Sequencer::can_latch() const {
  return frame_valid->get() && !frame_taken && (first_ || since_ >= period_);
}

bool Sequencer::can_trigger() const {
  return !camera->get().cam_busy && !frames->full();
}

void Sequencer::on_clock() {
  if (flush->get()) {
    state_.set(State::IDLE);
    laser_on.set(false);
    return;
  }
  if (high(engine_start)) {
    first_ = true;
    period_ = preset_.period(uint64_t{command().mirror_rows} * command().mirror_cols, command().outputs);
  }
  if (waits_for_load() && since_ >= period_) {
    wait_load_cycles.add();
  }
  const bool latches = state_.get() == State::IDLE && can_latch();
  since_ = latches ? 1 : since_ + 1;
  switch (state_.get()) {
    case State::IDLE:
      if (latches) {
        latch();
      }
      break;
    case State::SETTLE:
      if (n_++ == preset_.settle_cycles - 1) {
        laser_on.set(true);
        n_ = 0;
        state_.set(State::EXPOSE);
      }
      break;
    case State::EXPOSE:
      if (n_++ == command().exposure - 1) {
        laser_on.set(false);
        state_.set(State::TRIGGER);
      }
      break;
    case State::TRIGGER:
      if (can_trigger()) {
        cam_trigger.fire(frame_.number);
        frames->push(frame_);
        frames_triggered.add();
        state_.set(State::ACK);
      }
      break;
    case State::ACK:
      if (camera->get().cam_busy) {
        state_.set(State::IDLE);
      }
      break;
  }
}

void Sequencer::latch() {
  frame_ = frame->get();
  first_ = false;
  n_ = 0;
  dmd_latch.fire();
  frame_taken.fire();
  const bool lit = frame_.reference_phase != kernels::kReferenceBlocked;
  ref.set({lit, lit ? frame_.reference_phase : uint8_t{0}});
  mirror_words.add(uint64_t{command().mirror_rows} * ((preset_.mirror_cols + 15) / 16));
  period_cycles.add(period_);
  exposure_cycles.add(command().exposure);
  state_.set(State::SETTLE);
}

uint64_t Sequencer::quiet_cycles() const {
  if (flush->get() || high(engine_start)) {
    return 0;
  }
  switch (state_.get()) {
    case State::IDLE:
      if (!frame_valid->get()) {
        return kQuietForever;
      }
      return can_latch() || frame_taken ? 0 : period_ - since_;
    case State::SETTLE:
      return preset_.settle_cycles - 1 - n_;
    case State::EXPOSE:
      return command().exposure - 1 - n_;
    case State::TRIGGER:
      return can_trigger() ? 0 : kQuietForever;
    case State::ACK:
      return camera->get().cam_busy ? 0 : kQuietForever;
  }
  return 0;
}

void Sequencer::skip(uint64_t cycles) {
  if (waits_for_load()) {
    const uint64_t end = since_ + cycles;
    const uint64_t begin = std::max(since_, period_);
    wait_load_cycles.add(end > begin ? end - begin : 0);
  }
  since_ += cycles;
  n_ += static_cast<uint32_t>(cycles);
}

}  // namespace photic::hw
