// SPDX-License-Identifier: Apache-2.0
// A golden device on a test host.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/registers.h"
#include "sim/lockstep/host_memory.h"
#include "sim/lockstep/ring_client.h"

namespace photic::golden {

/// One queue, memory for data, interrupts collected.
class DeviceHost : public abi::InterruptPort {
 public:
  static constexpr uint64_t kSubmissions = 0x10'0000;
  static constexpr uint64_t kCompletions = 0x20'0000;
  static constexpr uint64_t kSource = 0x30'0000;
  static constexpr uint64_t kDestination = 0x40'0000;
  static constexpr uint64_t kDataBytes = 0x1'0000;
  static constexpr uint64_t kReadOnly = 0x50'0000;
  static constexpr uint64_t kUnmapped = 0x60'0000;

  /// `make` builds the device from a DmaPort and an InterruptPort.
  template <typename Make>
  explicit DeviceHost(const Make& make, unsigned size_log2 = 3)
      : device(make(memory, *this)), ring(*device, memory, {0, kSubmissions, kCompletions, size_log2}) {
    memory.map(kSubmissions, 0x1'0000);
    memory.map(kCompletions, 0x1'0000);
    memory.map(kSource, kDataBytes);
    memory.map(kDestination, kDataBytes);
    memory.map(kReadOnly, HostMemory::kPageBytes, false);
    open();
  }

  void open() {
    ring.open();
    device->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
    device->write(abi::SHELL_IRQ_ENABLE,
                  abi::SHELL_IRQ_ENABLE_QUEUE.mask() | abi::SHELL_IRQ_ENABLE_ERROR.mask());
  }

  void raise(unsigned vector) override { interrupts.push_back(vector); }

  void work() {
    while (device->advance(1000) == abi::Activity::kWorking) {
    }
  }

  /// Runs one command to its completion.
  abi::Completion run(const abi::Submission& submission) {
    ring.submit(submission);
    ring.ring_doorbell();
    work();
    const std::optional<abi::Completion> completion = ring.next_completion();
    EXPECT_TRUE(completion.has_value()) << "no completion";
    ring.acknowledge();
    return completion.value_or(abi::Completion{});
  }

  uint64_t counter(uint32_t offset) const {
    return device->read(offset) | (uint64_t{device->read(offset + 4)} << 32);
  }

  using HostMemory = lockstep::HostMemory;
  lockstep::HostMemory memory;
  std::vector<unsigned> interrupts;
  std::unique_ptr<abi::DevicePort> device;
  lockstep::RingClient ring;
};

inline abi::Submission nop(uint16_t command = 1) {
  abi::Submission s;
  s.opcode = abi::Opcode::NOP;
  s.command = command;
  return s;
}

}  // namespace photic::golden
