// SPDX-License-Identifier: Apache-2.0
// Index arithmetic of rings.
#include "hw/shell/ring_registers.h"

#include <string>

#include "drivers/abi/registers.h"

namespace photic::hw {
namespace {

constexpr uint64_t kBaseMask = ~uint64_t{63};  // bits 5:0 of a ring's address are ignored

std::string field_name(unsigned queue, const char* field) {
  return "queue" + std::to_string(queue) + "_" + field;
}

}  // namespace

QueueRegisters::QueueRegisters(ClockDomain& clock, unsigned number)
    : control(clock, field_name(number, "control").c_str()),
      halted(clock, field_name(number, "halted").c_str()),
      sq_base(clock, field_name(number, "sq_base").c_str()),
      cq_base(clock, field_name(number, "cq_base").c_str()),
      sq_tail(clock, field_name(number, "sq_tail").c_str()),
      cq_head(clock, field_name(number, "cq_head").c_str()),
      sq_head(clock, field_name(number, "sq_head").c_str()),
      cq_tail(clock, field_name(number, "cq_tail").c_str()),
      phase(clock, field_name(number, "phase").c_str(), true) {}

bool QueueRegisters::enabled() const {
  return abi::QUEUE_CONTROL_ENABLE.get(control.get()) != 0;
}

uint32_t QueueRegisters::size() const {
  return uint32_t{1} << abi::QUEUE_CONTROL_SIZE_LOG2.get(control.get());
}

uint64_t QueueRegisters::submission_address() const {
  return (sq_base.get() & kBaseMask) + sizeof(abi::Submission) * sq_head.get();
}

uint64_t QueueRegisters::completion_address() const {
  return (cq_base.get() & kBaseMask) + sizeof(abi::Completion) * cq_tail.get();
}

bool QueueRegisters::runnable() const {
  return enabled() && !halted.get() && sq_head.get() != wrap(sq_tail.get()) &&
         wrap(cq_tail.get() + 1U) != wrap(cq_head.get());
}

}  // namespace photic::hw
