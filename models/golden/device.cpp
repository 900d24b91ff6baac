// SPDX-License-Identifier: Apache-2.0
// Shell and engine as one device.
#include "models/golden/device.h"

#include <utility>

namespace photic::golden {

Device::Device(Identity identity, abi::DmaPort& memory, abi::InterruptPort& interrupts)
    : registers_(std::move(identity)), bus_(memory, registers_), shell_(registers_, bus_, interrupts) {}

uint32_t Device::read(uint32_t offset) {
  if (offset == abi::SHELL_STATUS) {
    return abi::SHELL_STATUS_BUSY.set(running_ || shell_.runnable() ? 1 : 0);
  }
  return registers_.read(offset);
}

abi::Activity Device::advance(uint64_t budget) {
  uint64_t steps = 0;
  while (running_ || shell_.runnable()) {
    if (steps != 0 && steps >= budget) {
      return abi::Activity::kWorking;
    }
    step();
    ++steps;
    progress_.fetch_add(1, std::memory_order_relaxed);
  }
  return abi::Activity::kIdle;
}

void Device::reset() {
  registers_.reset();
  shell_.reset();
  engine().reset();
  running_.reset();
}

void Device::step() {
  if (running_) {
    if (const std::optional<Outcome> outcome = engine().step()) {
      shell_.complete(*running_, *outcome);
      running_.reset();
    }
    return;
  }
  const std::optional<Fetched> fetched = shell_.fetch();
  if (const std::optional<Outcome> outcome = dispatch(*fetched)) {
    shell_.complete(*fetched, *outcome);
  } else {
    running_ = fetched;
  }
}

std::optional<Outcome> Device::dispatch(const Fetched& fetched) {
  if (fetched.fault_address) {
    return Outcome{abi::Status::DMA_READ_ERROR, *fetched.fault_address};
  }
  return engine().start(fetched.submission);
}

}  // namespace photic::golden
