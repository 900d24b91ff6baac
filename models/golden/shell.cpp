// SPDX-License-Identifier: Apache-2.0
// The ring engine, a command at a time.
#include "models/golden/shell.h"

#include <bit>

namespace photic::golden {
namespace {

constexpr uint32_t kErrorCause = 1u << abi::kQueues;
constexpr uint16_t kUnreadableCommand = 0xFFFF;

template <typename Record>
using Words = std::array<uint64_t, sizeof(Record) / 8>;

uint64_t ring_base(const RegisterFile& registers, uint32_t low, uint32_t high) {
  const uint64_t base = registers.read(low) | (uint64_t{registers.read(high)} << 32);
  return base & ~uint64_t{63};
}

}  // namespace

Shell::Shell(RegisterFile& registers, Bus& bus, abi::InterruptPort& interrupts)
    : registers_(registers), bus_(bus), interrupts_(interrupts) {}

void Shell::reset() {
  queues_ = {};
  last_ = abi::kQueues - 1;
}

void Shell::write(uint32_t offset, uint32_t value) {
  for (unsigned queue = 0; queue < abi::kQueues; ++queue) {
    if (offset == abi::QUEUE_CONTROL(queue)) {
      write_queue_control(queue, value);
    }
  }
  registers_.write(offset, value);
  if (offset == abi::SHELL_ERROR && abi::SHELL_ERROR_VALID.get(value) != 0) {
    registers_.set_field(abi::SHELL_ERROR, abi::SHELL_ERROR_STATUS, 0);
    registers_.set_field(abi::SHELL_ERROR, abi::SHELL_ERROR_QUEUE, 0);
    registers_.set_wide(abi::SHELL_ERROR_ADDRESS, 0);
  }
  if (offset == abi::SHELL_IRQ_RAISE) {
    raise(value & (abi::SHELL_IRQ_RAISE_QUEUE.mask() | abi::SHELL_IRQ_RAISE_ERROR.mask()));
  }
}

void Shell::write_queue_control(unsigned queue, uint32_t value) {
  const bool was_enabled = registers_.field(abi::QUEUE_CONTROL(queue), abi::QUEUE_CONTROL_ENABLE) != 0;
  const bool enable = abi::QUEUE_CONTROL_ENABLE.get(value) != 0;
  if (enable && !was_enabled) {
    registers_.set_field(abi::QUEUE_SQ_HEAD(queue), abi::QUEUE_SQ_HEAD_INDEX, 0);
    registers_.set_field(abi::QUEUE_SQ_TAIL(queue), abi::QUEUE_SQ_TAIL_INDEX, 0);
    registers_.set_field(abi::QUEUE_CQ_HEAD(queue), abi::QUEUE_CQ_HEAD_INDEX, 0);
    registers_.set_field(abi::QUEUE_CQ_TAIL(queue), abi::QUEUE_CQ_TAIL_INDEX, 0);
    queues_[queue].phase = true;
  } else if (!enable && was_enabled) {
    registers_.set_field(abi::QUEUE_STATUS(queue), abi::QUEUE_STATUS_HALTED, 0);
  }
}

uint32_t Shell::ring_mask(unsigned queue) const {
  return (1u << registers_.field(abi::QUEUE_CONTROL(queue), abi::QUEUE_CONTROL_SIZE_LOG2)) - 1;
}

bool Shell::runnable(unsigned queue) const {
  if (registers_.field(abi::QUEUE_CONTROL(queue), abi::QUEUE_CONTROL_ENABLE) == 0 ||
      registers_.field(abi::QUEUE_STATUS(queue), abi::QUEUE_STATUS_HALTED) != 0) {
    return false;
  }
  const uint32_t mask = ring_mask(queue);
  const uint32_t sq_head = registers_.read(abi::QUEUE_SQ_HEAD(queue));
  const uint32_t sq_tail = registers_.read(abi::QUEUE_SQ_TAIL(queue));
  const uint32_t cq_head = registers_.read(abi::QUEUE_CQ_HEAD(queue));
  const uint32_t cq_tail = registers_.read(abi::QUEUE_CQ_TAIL(queue));
  return ((sq_head ^ sq_tail) & mask) != 0 && (((cq_tail + 1) ^ cq_head) & mask) != 0;
}

std::optional<unsigned> Shell::next_queue() const {
  if (registers_.field(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE) == 0) {
    return std::nullopt;
  }
  for (unsigned step = 1; step <= abi::kQueues; ++step) {
    const unsigned queue = (last_ + step) % abi::kQueues;
    if (runnable(queue)) {
      return queue;
    }
  }
  return std::nullopt;
}

std::optional<Fetched> Shell::fetch() {
  const std::optional<unsigned> queue = next_queue();
  if (!queue) {
    return std::nullopt;
  }
  last_ = *queue;
  Fetched fetched;
  fetched.queue = *queue;
  const uint32_t head = registers_.read(abi::QUEUE_SQ_HEAD(*queue));
  const uint64_t base = ring_base(registers_, abi::QUEUE_SQ_BASE_LO(*queue), abi::QUEUE_SQ_BASE_HI(*queue));
  Words<abi::Submission> words{};
  fetched.fault_address = bus_.read(base + sizeof(abi::Submission) * head, words);
  if (!fetched.fault_address) {
    fetched.submission = std::bit_cast<abi::Submission>(words);
  }
  registers_.set_field(abi::QUEUE_SQ_HEAD(*queue), abi::QUEUE_SQ_HEAD_INDEX, (head + 1) & ring_mask(*queue));
  return fetched;
}

void Shell::complete(const Fetched& fetched, const Outcome& outcome) {
  const unsigned queue = fetched.queue;
  const uint32_t tail = registers_.read(abi::QUEUE_CQ_TAIL(queue));
  abi::Completion completion;
  completion.detail = outcome.detail;
  completion.command = fetched.fault_address ? kUnreadableCommand : fetched.submission.command;
  completion.sq_head = static_cast<uint16_t>(registers_.read(abi::QUEUE_SQ_HEAD(queue)));
  completion.status = outcome.status;
  completion.phase = queues_[queue].phase ? 1 : 0;
  const uint64_t base = ring_base(registers_, abi::QUEUE_CQ_BASE_LO(queue), abi::QUEUE_CQ_BASE_HI(queue));
  const std::optional<uint64_t> refused =
      bus_.write(base + sizeof(abi::Completion) * tail, std::bit_cast<Words<abi::Completion>>(completion));

  const uint32_t next_tail = (tail + 1) & ring_mask(queue);
  registers_.set_field(abi::QUEUE_CQ_TAIL(queue), abi::QUEUE_CQ_TAIL_INDEX, next_tail);
  queues_[queue].phase ^= next_tail == 0;
  registers_.count(abi::SHELL_COMMANDS, 1);
  registers_.count(abi::SHELL_COMMANDS_FAILED, outcome.status != abi::Status::OK ? 1 : 0);

  const bool asked = (fetched.submission.flags & abi::SUBMIT_IRQ) != 0;
  uint32_t causes = asked || fetched.fault_address ? 1u << queue : 0;
  if (fetched.fault_address) {
    halt(queue, abi::Status::DMA_READ_ERROR, *fetched.fault_address);
    causes |= kErrorCause;
  } else if (refused) {
    halt(queue, abi::Status::DMA_WRITE_ERROR, *refused);
    causes |= kErrorCause;
  }
  raise(causes);
}

void Shell::halt(unsigned queue, abi::Status status, uint64_t address) {
  registers_.set_field(abi::QUEUE_STATUS(queue), abi::QUEUE_STATUS_HALTED, 1);
  if (registers_.field(abi::SHELL_ERROR, abi::SHELL_ERROR_VALID) != 0) {
    return;
  }
  registers_.set_field(abi::SHELL_ERROR, abi::SHELL_ERROR_STATUS, static_cast<uint32_t>(status));
  registers_.set_field(abi::SHELL_ERROR, abi::SHELL_ERROR_QUEUE, queue);
  registers_.set_field(abi::SHELL_ERROR, abi::SHELL_ERROR_VALID, 1);
  registers_.set_wide(abi::SHELL_ERROR_ADDRESS, address);
}

void Shell::raise(uint32_t causes) {
  const abi::Field all{0, abi::kQueues + 1};
  registers_.set_field(abi::SHELL_IRQ_STATUS, all, registers_.field(abi::SHELL_IRQ_STATUS, all) | causes);
  const uint32_t sent = causes & registers_.read(abi::SHELL_IRQ_ENABLE);
  for (unsigned vector = 0; vector <= abi::kQueues; ++vector) {
    if (((sent >> vector) & 1) != 0) {
      interrupts_.raise(vector);
    }
  }
}

}  // namespace photic::golden
