// SPDX-License-Identifier: Apache-2.0
// A device whose work is done before the next register write, as a driver's transport does it.
#pragma once

#include "drivers/abi/device_port.h"
#include "sim/lockstep/dice.h"

namespace photic::lockstep {

/// Lets the work that a register write starts end before the next write: an untimed device and a clocked one
/// would not agree on what a write in the midst of work meets. Without `settles` writes pass as they come.
class SettledPort final : public abi::DevicePort {
 public:
  SettledPort(abi::DevicePort& device, Dice& dice, bool settles)
      : device_(device), dice_(dice), settles_(settles) {}

  uint32_t read(uint32_t offset) override { return device_.read(offset); }
  void write(uint32_t offset, uint32_t value) override {
    device_.write(offset, value);
    if (settles_) {
      work();
    }
  }
  abi::Activity advance(uint64_t budget) override { return device_.advance(budget); }
  void reset() override { device_.reset(); }
  const std::atomic<uint64_t>& progress() const override { return device_.progress(); }
  const std::string* failure() const override { return device_.failure(); }

  /// Until the device is idle, in small and in large steps.
  void work() {
    while (failure() == nullptr &&
           advance(dice_.once_in(4) ? dice_.between(1, 5000) : 1'000'000) == abi::Activity::kWorking) {
    }
  }

 private:
  abi::DevicePort& device_;
  Dice& dice_;
  const bool settles_;
};

}  // namespace photic::lockstep
