// SPDX-License-Identifier: Apache-2.0
// A device made of rings and registers only, with faults to order: the other side of the driver's unit tests.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <string>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/device_port.h"
#include "drivers/transport/uri.h"

namespace photic::test {

/// What is wrong with a fake device.
enum class Fault : uint8_t {
  kNone,
  kMagic,           ///< MAGIC is wrong.
  kContract,        ///< CONTRACT is wrong.
  kSilent,          ///< Fetches nothing and makes no progress.
  kStuck,           ///< Does not return from the step of a project command until `release_stuck`.
  kThrows,          ///< A project command throws.
  kRing,            ///< A project command ends in a failed ring access.
  kUnknownCommand,  ///< Completes a command that is not in flight.
  kNoInterrupt,     ///< Completes without interrupts.
};

/// An OPU or an SPU. NOPs complete at once. A project command copies `features` words from source to
/// destination; with `exposure` E it takes E steps, and with `frame` 1 it waits for `open_gate`. An SPU's run
/// ends with the status that its `step` numbers and, if it has inputs, their first word as detail; with
/// `epoch` 1 it waits for `open_gate`. Its other commands complete at once. Everything else completes as
/// INVALID_OPCODE.
class FakeDevice : public abi::DevicePort {
 public:
  FakeDevice(abi::DeviceKind kind, Fault fault, abi::DmaPort& dma, abi::InterruptPort& interrupts);

  uint32_t read(uint32_t offset) override;
  void write(uint32_t offset, uint32_t value) override;
  abi::Activity advance(uint64_t budget) override;
  void reset() override;
  const std::atomic<uint64_t>& progress() const override { return progress_; }

  /// Both act on every fake device of the process.
  static void open_gate(bool open);
  static void release_stuck(bool release);

 private:
  struct Ring {
    uint32_t sq_head = 0;
    uint32_t cq_tail = 0;
    uint16_t phase = 1;
    bool halted = false;
  };

  void reset_spu();
  bool runnable(unsigned queue);
  void serve(unsigned queue);
  abi::Status execute(const abi::Submission& submission, abi::Completion& completion);
  abi::Status execute_spu(const abi::Submission& submission, abi::Completion& completion);
  uint64_t address(uint32_t low_offset) {
    return uint64_t{registers_[low_offset + 4]} << 32 | registers_[low_offset];
  }
  void raise(uint32_t causes);

  const abi::DeviceKind kind_;
  const Fault fault_;
  abi::DmaPort& dma_;
  abi::InterruptPort& interrupts_;
  std::map<uint32_t, uint32_t> registers_;
  std::array<Ring, 4> rings_{};
  uint32_t steps_left_ = 0;
  unsigned last_ = 3;
  std::atomic<uint64_t> progress_{0};
};

/// Opens `golden:opu?fault=<name>`, `golden:spu` and the like as fake devices. Counts the devices alive.
extern std::atomic<int> fake_devices_alive;

}  // namespace photic::test
