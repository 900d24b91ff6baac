// SPDX-License-Identifier: Apache-2.0
// Headers, words, events, and what can be wrong with them.
#include "hw/spu/parser.h"

#include "hw/base/clock_domain.h"
#include "models/kernels/spu/events.h"

namespace photic::hw {
namespace {

constexpr uint64_t kWordBytes = sizeof(uint64_t);

}  // namespace

Parser::Parser(const sc_core::sc_module_name& name, ClockDomain& clock, UnitMemory& memory, Emit& emit,
               Activity& activity)
    : ClockedModule(name, clock),
      memory_(memory),
      emit_(emit),
      activity_(activity),
      left_(clock, "left"),
      failure_(clock, "failure"),
      state_(clock, "state") {}

void Parser::on_reset() {
  sent = {};
}

void Parser::open(uint64_t address, uint32_t words) {
  left_.set(words);
  position_ = address;
}

void Parser::fail(abi::Status status, uint64_t address) {
  if (failure_.get().status == abi::Status::OK && failure_.next().status == abi::Status::OK) {
    failure_.set({status, address});
  }
}

void Parser::stop() {
  state_.set(State::IDLE);
  activity_.remove();
}

void Parser::stop(abi::Status status, uint64_t address) {
  fail(status, address);
  stop();
}

void Parser::on_clock() {
  if (flush->get()) {
    state_.set(State::IDLE);
    left_.set(0);
    return;
  }
  switch (state_.get()) {
    case State::IDLE:
      if (high(inputs)) {
        state_.set(State::HEADER);
        activity_.add();
      }
      break;
    case State::HEADER:
      header();
      break;
    case State::WORD:
      word();
      break;
    case State::FIRST:
      event(0);
      break;
    case State::SECOND:
      event(1);
      break;
  }
}

bool Parser::take(ReadWord& taken) {
  taken = rd_data->pop();
  drop();
  position_ += kWordBytes;
  if (taken.error) {
    stop(abi::Status::DMA_READ_ERROR, position_ - kWordBytes);
  }
  return !taken.error;
}

void Parser::header() {
  ReadWord taken;
  if (left_.get() == 0) {
    stop(abi::Status::INVALID_EVENTS, position_);
  } else if (!rd_data->empty() && take(taken)) {
    events_left_ = abi::SpuEvents::unpack(taken.data).count;
    if (!kernels::spu::header_is_valid(taken.data)) {
      stop(abi::Status::INVALID_EVENTS, position_ - kWordBytes);
    } else if (events_left_ == 0) {
      stop();
    } else {
      state_.set(State::WORD);
    }
  }
}

void Parser::word() {
  ReadWord taken;
  if (left_.get() == 0) {
    stop(abi::Status::INVALID_EVENTS, position_);
  } else if (!rd_data->empty() && take(taken)) {
    word_ = taken.data;
    state_.set(State::FIRST);
  }
}

bool Parser::leads_nowhere() const {
  const uint32_t half = state_.get() == State::FIRST ? 0 : 1;
  return kernels::spu::event_at(word_, half).source >= memory_.size().neurons;
}

void Parser::event(uint32_t half) {
  const abi::SpuEvent event = kernels::spu::event_at(word_, half);
  const uint64_t address = position_ - kWordBytes;
  if (leads_nowhere()) {
    stop(abi::Status::INVALID_EVENTS, address);
    return;
  }
  if (events->full()) {
    return;
  }
  events->push({event.source, event.payload});
  emit_.expect(clock_.now() + 1);
  sent.add();
  memory_.count(abi::SpuCounter::SPIKES);
  if (--events_left_ != 0) {
    state_.set(half == 0 ? State::SECOND : State::WORD);
  } else if (half == 0 && !kernels::spu::padding_is_valid(word_)) {
    stop(abi::Status::INVALID_EVENTS, address);
  } else {
    stop();
  }
}

uint64_t Parser::quiet_cycles() const {
  if (flush->get()) {
    return 0;
  }
  switch (state_.get()) {
    case State::IDLE:
      return high(inputs) ? 0 : kQuietForever;
    case State::HEADER:
    case State::WORD:
      return left_.get() != 0 && rd_data->empty() ? kQuietForever : 0;
    case State::FIRST:
    case State::SECOND:
      return events->full() && !leads_nowhere() ? kQuietForever : 0;
  }
  return 0;
}

}  // namespace photic::hw
