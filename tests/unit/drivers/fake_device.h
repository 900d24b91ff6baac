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

/// What is wrong with a fake device. "Once": until it happened, whatever is reset.
enum class Fault : uint8_t {
  kNone,
  kMagic,           ///< MAGIC is wrong.
  kContract,        ///< CONTRACT is wrong.
  kSilent,          ///< Fetches nothing and makes no progress.
  kHangs,           ///< The same, until it is reset by a program that has opened it.
  kStuck,           ///< Does not return from the step of a project command until `release_stuck`.
  kThrows,          ///< A project command throws.
  kRing,            ///< A project command ends in a failed ring access.
  kRingUnsaid,      ///< The same, without the interrupt that says so.
  kNoInterrupt,     ///< Completes without interrupts.
  kUnknownCommand,  ///< Completes a command that is not in flight, once.
  kTwice,           ///< Writes a completion twice, once.
  kBadStatus,       ///< Completes with a status that no device reports, once.
  kBadHead,         ///< Completes with the sq_head of before it fetched, once.
  kBadPhase,        ///< Completes with a phase of more than one bit, once.
  kBadCycles,       ///< Completes before it started, once.
  kNoCompletion,    ///< Counts a completion that it does not write, once.
  kDeafOnce,        ///< Loses queue 0's first doorbell.
  kDeaf,            ///< Loses every doorbell of queue 0.
  kDeafToHeads,     ///< Loses the first acknowledgement of completions.
  kDeafToAll,       ///< Takes no register write once it is enabled.
  kUnfair,          ///< Passes queue 0 over.
  kForgetful,       ///< Loses queue 0's first write that opens it.
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
  /// Returns once a device is stuck.
  static void await_stuck();

 private:
  struct Ring {
    uint32_t sq_head = 0;
    uint32_t cq_tail = 0;
    uint16_t phase = 1;
    bool halted = false;
  };

  void reset_spu();
  bool loses(uint32_t offset, uint32_t value);
  bool strikes(Fault fault);
  void complete(unsigned queue, const abi::Completion& completion);
  void halt(unsigned queue, uint64_t address);
  bool runnable(unsigned queue);
  bool hangs() const { return fault_ == Fault::kSilent || (fault_ == Fault::kHangs && resets_ < 3); }
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
  int resets_ = 0;
  bool struck_ = false;
  std::atomic<uint64_t> progress_{0};
};

/// Opens `golden:opu?fault=<name>`, `golden:spu` and the like as fake devices. Counts the devices alive.
extern std::atomic<int> fake_devices_alive;

}  // namespace photic::test
