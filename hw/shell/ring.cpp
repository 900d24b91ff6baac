// SPDX-License-Identifier: Apache-2.0
// The states of a command's life.
#include "hw/shell/ring.h"

#include <bit>

#include "drivers/abi/registers.h"
#include "drivers/abi/timing.h"
#include "hw/base/clock_domain.h"
#include "models/kernels/descriptor_check.h"

namespace photic::hw {
namespace {

constexpr uint64_t kWatchdogUnit = 1024;
constexpr uint16_t kUnreadableCommand = 0xFFFF;
constexpr uint8_t kLastQueue = abi::kQueues - 1;
constexpr uint32_t kCompletionWords = sizeof(abi::Completion) / sizeof(uint64_t);

}  // namespace

Ring::Ring(const sc_core::sc_module_name& name, ClockDomain& clock, abi::DeviceKind kind)
    : ClockedModule(name, clock),
      start(clock, "start"),
      clear_error(clock, "clear_error"),
      abort(clock, "abort"),
      kind_(kind),
      state_(clock, "state"),
      queue_(clock, "queue", kLastQueue) {}

void Ring::on_reset() {
  commands = {};
  commands_failed = {};
}

bool Ring::anything_runnable() const {
  bool any = false;
  for (unsigned q = 0; q < abi::kQueues; ++q) {
    any = any || registers->queue(q).runnable();
  }
  return any && registers->enabled();
}

bool Ring::busy() const {
  return state_.get() != State::IDLE || anything_runnable();
}

void Ring::on_clock() {
  switch (state_.get()) {
    case State::IDLE:
      if (anything_runnable()) {
        fetch();
      }
      break;
    case State::RECEIVE:
      if (!rd_data->empty()) {
        receive();
      }
      break;
    case State::DISPATCH:
      dispatch();
      break;
    case State::RUN:
      run();
      break;
    case State::DRAIN:
      if (dma_write->idle()) {
        drain();
      }
      break;
    default:
      complete();
  }
}

void Ring::fetch() {
  unsigned queue = queue_.get();
  do {
    queue = (queue + 1) % abi::kQueues;
  } while (!registers->queue(queue).runnable());
  queue_.set(static_cast<uint8_t>(queue));
  start_cycle_ = clock_.cycle();
  rd_req->push({registers->queue(queue).submission_address(), kEntryWords});
  word_ = 0;
  fault_ = {};
  clear_error.fire();
  state_.set(State::RECEIVE);
}

void Ring::receive() {
  const ReadWord& word = rd_data->pop();
  entry_[word_] = word.data;
  if (word.error && !fault_.failed) {
    fault_ = {true, registers->queue(queue_.get()).submission_address() + sizeof(uint64_t) * word_};
  }
  if (++word_ == kEntryWords) {
    state_.set(State::DISPATCH);
  }
}

void Ring::dispatch() {
  QueueRegisters& queue = registers->queue(queue_.get());
  queue.sq_head.set(queue.wrap(queue.sq_head.get() + 1U));
  submission_ = std::bit_cast<abi::Submission>(entry_);
  result_ = {};
  id_ = submission_.command;
  abort.set(false);
  watchdog_ = 0;
  limit_ = kWatchdogUnit * (submission_.timeout != 0 ? submission_.timeout : abi::kWatchdogDefault);
  state_.set(State::COMPLETE0);
  if (fault_.failed) {
    result_ = {abi::Status::DMA_READ_ERROR, fault_.address};
    id_ = kUnreadableCommand;
    submission_.flags = 0;
  } else if (for_the_engine()) {
    start.fire(submission_);
    state_.set(State::RUN);
  } else if (submission_.opcode == abi::Opcode::NOP) {
    // Depends on nothing but the entry itself.
    result_.status = kernels::validate(submission_, abi::kPresets[0], {}, nullptr);
  } else {
    result_.status = abi::Status::INVALID_OPCODE;
  }
}

bool Ring::for_the_engine() const {
  switch (submission_.opcode) {
    case abi::Opcode::OPU_PROJECT:
    case abi::Opcode::OPU_CALIBRATE:
      return kind_ == abi::DeviceKind::OPU;
    case abi::Opcode::SPU_WRITE:
    case abi::Opcode::SPU_READ:
    case abi::Opcode::SPU_CLEAR:
    case abi::Opcode::SPU_RUN:
      return kind_ == abi::DeviceKind::SPU;
    default:
      return false;
  }
}

void Ring::run() {
  if (high(done)) {
    result_ = done->payload();
    abort.set(false);
    state_.set(State::COMPLETE0);
  } else if (watchdog_ == limit_) {
    abort.set(true);
  } else {
    ++watchdog_;
  }
}

void Ring::complete() {
  const QueueRegisters& queue = registers->queue(queue_.get());
  switch (state_.get()) {
    case State::COMPLETE0:
      wr_req->push({queue.completion_address(), kCompletionWords});
      wr_data->push(start_cycle_);
      end_cycle_ = clock_.cycle();
      clear_error.fire();
      state_.set(State::COMPLETE1);
      break;
    case State::COMPLETE1:
      wr_data->push(end_cycle_);
      state_.set(State::COMPLETE2);
      break;
    case State::COMPLETE2:
      wr_data->push(result_.detail);
      state_.set(State::COMPLETE3);
      break;
    default: {
      abi::Completion completion;
      completion.command = id_;
      completion.sq_head = queue.sq_head.get();
      completion.status = result_.status;
      completion.phase = queue.phase.get() ? 1 : 0;
      wr_data->push(std::bit_cast<std::array<uint64_t, kCompletionWords>>(completion).back());
      state_.set(State::DRAIN);
    }
  }
}

void Ring::drain() {
  const unsigned number = queue_.get();
  QueueRegisters& queue = registers->queue(number);
  const uint16_t tail = queue.wrap(queue.cq_tail.get() + 1U);
  queue.cq_tail.set(tail);
  if (tail == 0) {
    queue.phase.set(!queue.phase.get());
  }
  commands.add();
  commands_failed.add(result_.status != abi::Status::OK ? 1 : 0);
  const DmaFailure& write_failure = write_error->get();
  uint32_t causes = 0;
  if ((submission_.flags & abi::SUBMIT_IRQ) != 0 || fault_.failed) {
    causes |= abi::SHELL_IRQ_STATUS_QUEUE.set(1U << number);
  }
  if (fault_.failed || write_failure.failed) {
    const bool read = fault_.failed;
    queue.halted.set(true);
    registers->fail(read ? abi::Status::DMA_READ_ERROR : abi::Status::DMA_WRITE_ERROR, number,
                    read ? fault_.address : write_failure.address);
    causes |= abi::SHELL_IRQ_STATUS_ERROR.set(1);
  }
  registers->raise(causes);
  state_.set(State::IDLE);
}

uint64_t Ring::quiet_cycles() const {
  switch (state_.get()) {
    case State::IDLE:
      return anything_runnable() ? 0 : kQuietForever;
    case State::RECEIVE:
      return rd_data->empty() ? kQuietForever : 0;
    case State::RUN:
      if (high(done)) {
        return 0;
      }
      return abort.get() ? kQuietForever : limit_ - watchdog_;
    case State::DRAIN:
      return dma_write->idle() ? 0 : kQuietForever;
    default:
      return 0;
  }
}

void Ring::skip(uint64_t cycles) {
  if (state_.get() == State::RUN && watchdog_ != limit_) {
    watchdog_ += cycles;
  }
}

}  // namespace photic::hw
