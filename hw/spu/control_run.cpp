// SPDX-License-Identifier: Apache-2.0
// SPU_RUN: scan, steps, records, traces.
#include "drivers/abi/timing.h"
#include "hw/spu/control.h"
#include "models/kernels/spu/run.h"

namespace photic::hw {

namespace spu = kernels::spu;

namespace {

constexpr uint64_t kWordBytes = sizeof(uint64_t);
constexpr unsigned kWordBits = 64;

/// Bits of an output in a record.
unsigned output_bits(abi::SpuRecord record) {
  return record == abi::SpuRecord::BITS ? 1 : 32;
}

}  // namespace

void SpuControl::prepare() {
  pulses.forget.fire();
  destination_ = run_.destination;
  trace_ = run_.trace;
  if (scanned_) {
    state_.set(State::OPEN);
  } else {
    pulses.scan.fire();
    wait(&cycles_scan, State::SCANNED);
  }
}

void SpuControl::scanned() {
  if (units->any_fault()) {
    unit_ = 0;
    state_.set(State::FAULT);
    return;
  }
  scanned_ = true;
  scans.add();
  state_.set(State::OPEN);
}

void SpuControl::open() {
  if (run_.source_words != 0) {
    rd_req->push({run_.source, run_.source_words});
    stream->open(run_.source, run_.source_words);
  }
  sent_ = cleared_ = false;
  state_.set(State::STEP);
}

void SpuControl::step() {
  const uint32_t number = spu::step_number(run_, k_);
  if (spu::clear_due(run_, k_) && !cleared_) {
    pulses.clear.fire({true, spu::outputs_clear_due(run_, k_), false});
    cleared_ = true;
    wait(&cycles_clear, State::STEP);
  } else if (run_.source_words != 0 && !sent_) {
    pulses.inputs.fire();
    pulses.base.set(number);
    sent_ = true;
    wait(&cycles_input, State::STEP);
  } else if (stream->failure().status != abi::Status::OK) {
    state_.set(State::END);
  } else {
    pulses.sweep.fire({number, seed_});
    pulses.base.set(number + 1);
    cleared_ = false;
    sent_ = run_.source_words != 0 && k_ + 1 < run_.steps && !spu::clear_due(run_, k_ + 1);
    if (sent_) {
      pulses.inputs.fire();
    }
    wait(&cycles_step, State::AFTER);
  }
}

void SpuControl::after() {
  steps.add();
  ++k_;
  state_.set(spu::record_due(run_, k_) ? State::RECORD : State::TRACE);
}

void SpuControl::record() {
  const uint32_t words = spu::record_words(run_);
  if (run_.record == abi::SpuRecord::STATES) {
    address_ = destination_;
    transfer_ = {run_.probe_core, run_.probe_core, abi::SpuRegion::STATE, 2U * run_.probe_neuron, words, 0,
                 State::TRACE};
    state_.set(State::REQUEST);
  } else {
    if (wr_req->full()) {
      return;
    }
    wr_req->push({destination_, words});
    output_ = 0;
    output_word_ = 0;
    b_valid_ = false;
    state_.set(State::OUTPUT);
  }
  destination_ += kWordBytes * words;
}

void SpuControl::output() {
  if (b_valid_) {
    push_output_word();
  }
  b_valid_ = output_ < run_.outputs && wr_data->count() <= abi::kFifoWriteData - 2;
  if (b_valid_) {
    b_output_ = output_++;
  }
}

void SpuControl::push_output_word() {
  const unsigned bits = output_bits(run_.record);
  const unsigned outputs_a_word = kWordBits / bits;
  const auto value = static_cast<uint32_t>(units->take_output(b_output_));
  const uint64_t shown = bits == 1 ? (value != 0 ? 1 : 0) : value;
  const unsigned place = b_output_ % outputs_a_word;
  output_word_ |= shown << (bits * place);
  const bool last = b_output_ + 1U == run_.outputs;
  if (last || place + 1 == outputs_a_word) {
    wr_data->push(output_word_);
    output_word_ = 0;
  }
  if (last) {
    state_.set(State::TRACE);
  }
}

void SpuControl::trace() {
  if ((run_.control & abi::SPU_CONTROL_TRACE) == 0) {
    state_.set(State::NEXT);
    return;
  }
  address_ = trace_;
  transfer_ = {0, preset_.cores(), abi::SpuRegion::COUNTER, 0, abi::kSpuCounters, 0, State::NEXT};
  trace_ += kWordBytes * spu::trace_words(preset_);
  state_.set(State::REQUEST);
}

void SpuControl::next() {
  if (units->any_fault()) {
    unit_ = 0;
    state_.set(State::FAULT);
  } else {
    state_.set(k_ == run_.steps ? State::END : State::STEP);
  }
}

void SpuControl::look_for_fault() {
  fault_ = units->fault(unit_, place_);
  if (fault_) {
    state_.set(State::END);
  } else {
    ++unit_;
  }
}

void SpuControl::end() {
  if (stream->left() == 0) {
    state_.set(State::FINISH);
    return;
  }
  stream->fail(abi::Status::INVALID_EVENTS, stream->position());
  if (!rd_data->empty()) {
    rd_data->pop();
    stream->drop();
  }
}

}  // namespace photic::hw
