// SPDX-License-Identifier: Apache-2.0
// From start to done; waiting, aborting, counting.
#include "hw/spu/control.h"

#include "drivers/abi/timing.h"

namespace photic::hw {
namespace {

constexpr uint32_t kFlushCycles = 3;  // until units have seen it and have gone idle

}  // namespace

SpuControl::SpuControl(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset)
    : ClockedModule(name, clock),
      done(clock, "done"),
      pulses(clock),
      preset_(preset),
      barrier_(abi::kSpuBarrierCycles + preset.mesh_cols + preset.mesh_rows),
      state_(clock, "state") {}

void SpuControl::on_reset() {
  scanned_ = false;
  flying_.clear();
  for (Counter* counter : {&steps, &scans, &cycles_scan, &cycles_clear, &cycles_input, &cycles_step,
                           &cycles_record, &cycles_memory}) {
    *counter = {};
  }
}

bool SpuControl::may_be_aborted() const {
  switch (state_.get()) {
    case State::IDLE:
    case State::CHECK:
    case State::FLUSH:
    case State::TIMED:
      return false;
    case State::WAIT:
      return after_wait_ != State::TIMED;
    case State::FINISH:
      return !dma_idle();
    default:
      return true;
  }
}

void SpuControl::on_clock() {
  if (Counter* counter = cycle_counter()) {
    counter->add();
  }
  if (abort->get() && may_be_aborted()) {
    pulses.flush.set(true);
    n_ = 0;
    state_.set(State::FLUSH);
    return;
  }
  act();
}

void SpuControl::act() {
  switch (state_.get()) {
    case State::IDLE:
      begin();
      break;
    case State::CHECK:
      check();
      break;
    case State::WAIT:
      wait_for_quiet();
      break;
    case State::FETCH:
      fetch();
      break;
    case State::WRITE:
      write();
      break;
    case State::REQUEST:
      request(address_);
      break;
    case State::READ:
      read();
      break;
    case State::PREPARE:
      prepare();
      break;
    case State::SCANNED:
      scanned();
      break;
    case State::OPEN:
      open();
      break;
    case State::STEP:
      step();
      break;
    case State::AFTER:
      after();
      break;
    case State::RECORD:
      record();
      break;
    case State::OUTPUT:
      output();
      break;
    case State::TRACE:
      trace();
      break;
    case State::NEXT:
      next();
      break;
    case State::FAULT:
      look_for_fault();
      break;
    case State::END:
      end();
      break;
    case State::FINISH:
      finish();
      break;
    case State::FLUSH:
      flush();
      break;
    case State::TIMED:
      done.fire({abi::Status::TIMEOUT, k_});
      state_.set(State::IDLE);
      break;
  }
}

void SpuControl::begin() {
  if (!high(start)) {
    return;
  }
  submission_ = start->payload();
  memory_ = kernels::spu::as_memory(submission_);
  run_ = kernels::spu::as_run(submission_);
  seed_ = spu_seed->get();
  read_error_ = {};
  fault_.reset();
  k_ = 0;
  n_ = 0;
  stream->forget();
  state_.set(State::CHECK);
}

void SpuControl::check() {
  if (n_++ < abi::kCheckCycles - 1) {
    return;
  }
  const abi::Status status = kernels::spu::validate(submission_, preset_);
  if (status != abi::Status::OK) {
    done.fire({status, 0});
    state_.set(State::IDLE);
  } else if (submission_.opcode == abi::Opcode::SPU_RUN) {
    state_.set(State::PREPARE);
  } else {
    begin_memory_command();
  }
}

void SpuControl::begin_memory_command() {
  transfer_ = {
      memory_.core, memory_.core + memory_.cores - 1U, memory_.region, memory_.word, memory_.words, 0,
      State::FINISH};
  if (memory_.opcode == abi::Opcode::SPU_CLEAR) {
    const bool state = (memory_.clear & abi::SPU_CLEAR_STATE) != 0;
    pulses.clear.fire({state, state, (memory_.clear & abi::SPU_CLEAR_COUNTERS) != 0});
    wait(&cycles_clear, State::FINISH);
  } else if (memory_.opcode == abi::Opcode::SPU_WRITE) {
    state_.set(State::FETCH);
  } else {
    address_ = memory_.destination;
    state_.set(State::REQUEST);
  }
}

void SpuControl::wait(Counter* counter, State next_state) {
  wait_counter_ = counter;
  after_wait_ = next_state;
  n_ = 0;
  state_.set(State::WAIT);
}

void SpuControl::wait_for_quiet() {
  if (quiet->get() && n_ == barrier_ - 1) {
    state_.set(after_wait_);
  }
  n_ = quiet->get() ? n_ + 1 : 0;
}

void SpuControl::flush() {
  if (n_ >= kFlushCycles && dma_idle()) {
    pulses.flush.set(false);
    pulses.clear.fire({true, true, true});
    flying_.clear();
    wait(nullptr, State::TIMED);
    return;
  }
  ++n_;
}

bool SpuControl::dma_idle() const {
  bool idle = true;
  for (int i = 0; i < dma.size(); ++i) {
    idle = idle && dma[i]->idle();
  }
  return idle;
}

void SpuControl::finish() {
  if (dma_idle()) {
    done.fire(result());
    state_.set(State::IDLE);
  }
}

CommandResult SpuControl::result() const {
  if (fault_) {
    return {*fault_, place_};
  }
  if (stream->failure().status != abi::Status::OK) {
    return stream->failure();
  }
  if (read_error_.failed) {
    return {abi::Status::DMA_READ_ERROR, read_error_.address};
  }
  if (write_error->get().failed) {
    return {abi::Status::DMA_WRITE_ERROR, write_error->get().address};
  }
  const bool strict = (submission_.flags & abi::SUBMIT_STRICT) != 0;
  return {strict && units->any_saturation() ? abi::Status::SATURATED : abi::Status::OK, k_};
}

Counter* SpuControl::cycle_counter() {
  switch (state_.get()) {
    case State::WAIT:
      return wait_counter_;
    case State::FETCH:
    case State::WRITE:
      return &cycles_memory;
    case State::REQUEST:
    case State::READ:
      return transfer_.back == State::FINISH ? &cycles_memory : &cycles_record;
    case State::RECORD:
    case State::OUTPUT:
    case State::TRACE:
      return &cycles_record;
    default:
      return nullptr;
  }
}

uint64_t SpuControl::quiet_cycles() const {
  if (abort->get() && may_be_aborted()) {
    return 0;
  }
  switch (state_.get()) {
    case State::IDLE:
      return high(start) ? 0 : kQuietForever;
    case State::WAIT:
      return quiet->get() ? barrier_ - 1 - n_ : kQuietForever;
    case State::WRITE:
      return rd_data->empty() ? kQuietForever : 0;
    case State::REQUEST:
      return wr_req->full() ? kQuietForever : 0;
    case State::END:
      return stream->left() != 0 && stream->failure().status != abi::Status::OK && rd_data->empty()
                 ? kQuietForever
                 : 0;
    case State::FINISH:
      return dma_idle() ? 0 : kQuietForever;
    case State::FLUSH:
      return n_ < kFlushCycles || dma_idle() ? 0 : kQuietForever;
    default:
      return 0;
  }
}

void SpuControl::skip(uint64_t cycles) {
  if (Counter* counter = cycle_counter()) {
    counter->add(cycles);
  }
  if (state_.get() == State::WAIT) {
    n_ = quiet->get() ? n_ + static_cast<uint32_t>(cycles) : 0;
  }
}

}  // namespace photic::hw
