// SPDX-License-Identifier: Apache-2.0
// The register map as a table of actions.
#include "hw/shell/csr.h"

#include <utility>

#include "drivers/abi/descriptors.h"

namespace photic::hw {
namespace {

constexpr unsigned kWordBits = 32;
constexpr uint32_t kIrqMask = abi::SHELL_IRQ_ENABLE_QUEUE.mask() | abi::SHELL_IRQ_ENABLE_ERROR.mask();

uint32_t word_of(uint64_t value, unsigned shift) {
  return static_cast<uint32_t>(value >> shift);
}

}  // namespace

Csr::Csr(const sc_core::sc_module_name& name, ClockDomain& clock, abi::DeviceKind kind, uint32_t preset)
    : ClockedModule(name, clock),
      irq(clock, "irq"),
      actions_(abi::kBarSize / sizeof(uint32_t)),
      control_(clock, "control"),
      scratch_(clock, "scratch"),
      irq_status_(clock, "irq_status"),
      irq_enable_(clock, "irq_enable"),
      error_(clock, "error"),
      error_address_(clock, "error_address") {
  for (unsigned number = 0; number < abi::kQueues; ++number) {
    queues_.emplace_back(clock, number);
    build_queue(number);
  }
  build_identity(kind, preset);
  build_control();
}

void Csr::constant(uint32_t offset, uint32_t value) {
  at(offset).read = [value] { return value; };
}

void Csr::storage(uint32_t offset, Register<uint32_t>& value, uint32_t mask) {
  at(offset) = {[&value] { return value.get(); },
                [&value, mask](uint32_t written) { value.set(written & mask); }};
}

void Csr::show(uint32_t offset, const std::function<uint64_t()>& value) {
  at(offset).read = [value] { return word_of(value(), 0); };
  at(offset + sizeof(uint32_t)).read = [value] { return word_of(value(), kWordBits); };
}

void Csr::show_word(uint32_t offset, std::function<uint32_t()> value) {
  at(offset).read = std::move(value);
}

void Csr::build_identity(abi::DeviceKind kind, uint32_t preset) {
  constant(abi::SHELL_MAGIC, abi::SHELL_MAGIC_RESET);
  constant(abi::SHELL_CONTRACT, abi::SHELL_CONTRACT_RESET);
  constant(abi::SHELL_VERSION, abi::SHELL_VERSION_RESET);
  constant(abi::SHELL_KIND, abi::SHELL_KIND_VALUE.set(static_cast<uint32_t>(kind)));
  constant(abi::SHELL_GEOMETRY, abi::SHELL_GEOMETRY_PRESET.set(preset));
  constant(abi::SHELL_CLOCK, abi::SHELL_CLOCK_RESET);
  constant(abi::SHELL_LIMITS, abi::SHELL_LIMITS_RESET);
}

void Csr::build_control() {
  storage(abi::SHELL_CONTROL, control_, abi::SHELL_CONTROL_ENABLE.mask());
  storage(abi::SHELL_SCRATCH, scratch_, ~uint32_t{0});
  storage(abi::SHELL_IRQ_ENABLE, irq_enable_, kIrqMask);
  at(abi::SHELL_IRQ_STATUS) = {[this] { return irq_status_.get(); },
                               [this](uint32_t value) { cleared_ = value; }};
  at(abi::SHELL_IRQ_RAISE).write = [this](uint32_t value) { causes_ |= value & kIrqMask; };
  at(abi::SHELL_ERROR) = {[this] { return error_.get(); },
                          [this](uint32_t value) {
                            if ((value & abi::SHELL_ERROR_VALID.mask()) != 0) {
                              error_.set(0);
                              error_address_.set(0);
                            }
                          }};
  show(abi::SHELL_ERROR_ADDRESS, [this] { return error_address_.get(); });
}

void Csr::half(uint32_t offset, Register<uint64_t>& value, unsigned shift) {
  at(offset) = {[&value, shift] { return word_of(value.get(), shift); },
                [&value, shift](uint32_t written) {
                  const uint64_t other = value.get() & ~(uint64_t{0xFFFF'FFFF} << shift);
                  value.set(other | uint64_t{written} << shift);
                }};
}

void Csr::index(uint32_t offset, Register<uint16_t>& value, bool writable) {
  at(offset).read = [&value] { return value.get(); };
  if (writable) {
    at(offset).write = [&value](uint32_t written) { value.set(static_cast<uint16_t>(written)); };
  }
}

void Csr::build_queue(unsigned number) {
  QueueRegisters& queue = queues_[number];
  at(abi::QUEUE_CONTROL(number)) = {[&queue] { return queue.control.get(); },
                                    [this, &queue](uint32_t value) { write_queue_control(queue, value); }};
  at(abi::QUEUE_STATUS(number)).read = [&queue] {
    return abi::QUEUE_STATUS_HALTED.set(queue.halted.get() ? 1 : 0);
  };
  half(abi::QUEUE_SQ_BASE_LO(number), queue.sq_base, 0);
  half(abi::QUEUE_SQ_BASE_HI(number), queue.sq_base, kWordBits);
  half(abi::QUEUE_CQ_BASE_LO(number), queue.cq_base, 0);
  half(abi::QUEUE_CQ_BASE_HI(number), queue.cq_base, kWordBits);
  index(abi::QUEUE_SQ_TAIL(number), queue.sq_tail, true);
  index(abi::QUEUE_CQ_HEAD(number), queue.cq_head, true);
  index(abi::QUEUE_SQ_HEAD(number), queue.sq_head, false);
  index(abi::QUEUE_CQ_TAIL(number), queue.cq_tail, false);
}

void Csr::write_queue_control(QueueRegisters& queue, uint32_t value) {
  const bool was_enabled = queue.enabled();
  const bool enable = abi::QUEUE_CONTROL_ENABLE.get(value) != 0;
  queue.control.set(value & (abi::QUEUE_CONTROL_ENABLE.mask() | abi::QUEUE_CONTROL_SIZE_LOG2.mask()));
  if (enable && !was_enabled) {
    queue.sq_head.set(0);
    queue.sq_tail.set(0);
    queue.cq_head.set(0);
    queue.cq_tail.set(0);
    queue.phase.set(true);
  }
  if (was_enabled && !enable) {
    queue.halted.set(false);
  }
}

bool Csr::enabled() const {
  return abi::SHELL_CONTROL_ENABLE.get(control_.get()) != 0;
}

void Csr::fail(abi::Status status, unsigned queue, uint64_t address) {
  failure_ = Failure{status, queue, address};
}

uint32_t Csr::read(uint32_t offset) const {
  const Action& action = actions_[offset / sizeof(uint32_t)];
  return action.read ? action.read() : 0;
}

void Csr::on_clock() {
  if (write_) {
    const Action& action = at(write_->offset);
    if (action.write) {
      action.write(write_->value);
    }
    write_.reset();
  }
  if (failure_) {
    if (abi::SHELL_ERROR_VALID.get(error_.next()) == 0) {
      error_.set(abi::SHELL_ERROR_STATUS.set(static_cast<uint32_t>(failure_->status)) |
                 abi::SHELL_ERROR_QUEUE.set(failure_->queue) | abi::SHELL_ERROR_VALID.set(1));
      error_address_.set(failure_->address);
    }
    failure_.reset();
  }
  if ((causes_ | cleared_) != 0) {
    irq_status_.set((irq_status_.get() & ~cleared_) | causes_);
    const uint32_t vectors = causes_ & irq_enable_.get();
    if (vectors != 0) {
      irq.fire(vectors);
    }
    causes_ = cleared_ = 0;
  }
}

void Csr::on_reset() {
  write_.reset();
  failure_.reset();
  causes_ = cleared_ = 0;
}

}  // namespace photic::hw
