// SPDX-License-Identifier: Apache-2.0
// From opu_start to opu_done.
#include "hw/opu/control.h"

#include "drivers/abi/numerics.h"
#include "drivers/abi/timing.h"

namespace photic::hw {
namespace {

constexpr uint32_t kFlushCycles = 3;  // until blocks have seen it and have gone idle

}  // namespace

OpuControl::OpuControl(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset)
    : ClockedModule(name, clock),
      engine_start(clock, "engine_start"),
      opu_done(clock, "opu_done"),
      flush(clock, "flush"),
      preset_(preset),
      state_(clock, "state") {}

void OpuControl::on_reset() {
  calibration_.reset();
}

void OpuControl::on_clock() {
  switch (state_.get()) {
    case State::IDLE:
      if (high(opu_start)) {
        command_ = {opu_start->payload(), {opu_laser->get(), opu_camera->get()}};
        n_ = 0;
        state_.set(State::CHECK);
      }
      break;
    case State::CHECK:
      check();
      break;
    case State::START:
      state_.set(State::RUN);
      break;
    case State::RUN:
      run();
      break;
    case State::FLUSH:
      if (n_ >= kFlushCycles && dma_idle()) {
        flush.set(false);
        end({abi::Status::TIMEOUT, pixels->get().saturated});
      }
      ++n_;
      break;
  }
}

void OpuControl::check() {
  if (n_++ < abi::kCheckCycles - 1) {
    return;
  }
  const abi::Status status = kernels::validate(command_.submission, preset_, command_.settings,
                                               calibration_ ? &*calibration_ : nullptr);
  if (status != abi::Status::OK) {
    opu_done.fire({status, 0});
    state_.set(State::IDLE);
    return;
  }
  if (command_.submission.opcode == abi::Opcode::OPU_CALIBRATE) {
    calibration_.reset();
  }
  engine_start.fire(command_);
  state_.set(State::START);
}

void OpuControl::run() {
  if (finished()) {
    end(result());
  } else if (abort->get()) {
    flush.set(true);
    n_ = 0;
    state_.set(State::FLUSH);
  }
}

bool OpuControl::dma_idle() const {
  bool idle = true;
  for (int i = 0; i < dma.size(); ++i) {
    idle = idle && dma[i]->idle();
  }
  return idle;
}

bool OpuControl::finished() const {
  for (int i = 0; i < engines.size(); ++i) {
    if (!engines[i]->idle()) {
      return false;
    }
  }
  return frames->empty() && combined->empty() && !camera->get().cam_busy && dma_idle();
}

CommandResult OpuControl::result() const {
  const PixelTotals& totals = pixels->get();
  if (read_error->get().failed) {
    return {abi::Status::DMA_READ_ERROR, read_error->get().address};
  }
  if (write_error->get().failed) {
    return {abi::Status::DMA_WRITE_ERROR, write_error->get().address};
  }
  const bool strict = (command_.submission.flags & abi::SUBMIT_STRICT) != 0;
  if (strict && totals.saturated << abi::kSaturationShare > totals.combined) {
    return {abi::Status::SATURATED, totals.saturated};
  }
  return {abi::Status::OK, totals.saturated};
}

void OpuControl::end(const CommandResult& result) {
  const bool complete = result.status == abi::Status::OK || result.status == abi::Status::SATURATED;
  if (complete && command_.submission.opcode == abi::Opcode::OPU_CALIBRATE) {
    calibration_ = kernels::calibration_tag(command_.submission, command_.settings);
  }
  opu_done.fire(result);
  state_.set(State::IDLE);
}

uint64_t OpuControl::quiet_cycles() const {
  switch (state_.get()) {
    case State::IDLE:
      return high(opu_start) ? 0 : kQuietForever;
    case State::RUN:
      return abort->get() || finished() ? 0 : kQuietForever;
    default:
      return 0;
  }
}

}  // namespace photic::hw
