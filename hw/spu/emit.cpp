// SPDX-License-Identifier: Apache-2.0
// Pointers, entries, flits.
#include "hw/spu/emit.h"

#include "models/kernels/spu/flit.h"

namespace photic::hw {

namespace spu = kernels::spu;

Emit::Emit(const sc_core::sc_module_name& name, ClockDomain& clock, UnitMemory& memory, EmissionSource& queue,
           FlitLink& out, Activity& activity)
    : SleepingModule(name, clock), memory_(memory), queue_(queue), out_(out), activity_(activity) {}

void Emit::expect(uint64_t ready) {
  activity_.add();
  if (state_ != State::IDLE || !armed_) {
    armed_ = true;
    wake_at(ready);
  }
}

void Emit::on_clock() {
  const uint64_t cycle = now();
  if (cycle < due_) {
    return;
  }
  switch (state_) {
    case State::IDLE:
      if (const uint64_t next = queue_.next(cycle); next == cycle) {
        take(cycle);
      } else if (next != kQuietForever) {
        wake_at(next);
      }
      break;
    case State::POINTER:
      finish(cycle);
      break;
    case State::SEND:
      if (out_.can_send(cycle)) {
        send(cycle);
      } else {
        out_.await_credit();
      }
      break;
  }
}

void Emit::take(uint64_t cycle) {
  armed_ = false;
  emission_ = queue_.pop();
  const abi::SpuPointer pointer = abi::SpuPointer::unpack(memory_.pointer[emission_.source]);
  memory_.count(abi::SpuCounter::TABLE_READS);
  memory_.count(abi::SpuCounter::CYCLES_EMIT, 2);  // this one and POINTER
  entry_ = pointer.base;
  left_ = pointer.count;
  if (left_ == 0) {
    state_ = State::POINTER;
    due_ = cycle + 1;
  } else {
    memory_.count(abi::SpuCounter::TABLE_READS);
    state_ = State::SEND;
    due_ = cycle + 2;
  }
  wake_at(due_);
}

void Emit::send(uint64_t cycle) {
  const uint64_t word = memory_.fanout[entry_ / 2 % memory_.fanout.size()];
  out_.send(spu::make_flit(spu::fanout_at(word, entry_), emission_.source, emission_.payload), cycle);
  memory_.count(abi::SpuCounter::FLITS_OUT);
  memory_.count(abi::SpuCounter::CYCLES_STALL, cycle - due_);
  memory_.count(abi::SpuCounter::CYCLES_EMIT, cycle - due_ + 1);
  if (--left_ == 0) {
    finish(cycle);
    return;
  }
  ++entry_;
  memory_.count(abi::SpuCounter::TABLE_READS, entry_ % 2 == 0 ? 1 : 0);
  due_ = cycle + 1;
  wake_at(due_);
}

void Emit::finish(uint64_t cycle) {
  activity_.remove();
  state_ = State::IDLE;
  due_ = cycle + 1;
  if (const uint64_t next = queue_.next(due_); next != kQuietForever) {
    armed_ = true;
    wake_at(next);
  }
}

uint64_t Emit::scan() {
  const abi::SpuPreset& preset = memory_.preset();
  uint64_t cycles = 1;  // the one that finds no pointer left
  for (uint32_t n = 0; n < memory_.size().neurons; ++n) {
    if (const auto fault = spu::scan_pointer(preset, memory_.unit(), memory_.tables(), n)) {
      memory_.take(abi::Status::INVALID_PROGRAM, *fault);
    }
    const abi::SpuPointer pointer = abi::SpuPointer::unpack(memory_.pointer[n]);
    const bool good = !spu::pointer_at_fault(preset, memory_.unit().io, pointer);
    cycles += 2 + (good ? pointer.count : 0);  // IDLE, POINTER, SEND
  }
  return now() + cycles;
}

}  // namespace photic::hw
