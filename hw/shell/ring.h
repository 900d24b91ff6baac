// SPDX-License-Identifier: Apache-2.0
// Fetches submissions, has them run, writes completions.
#pragma once

#include <array>
#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "hw/base/clocked_module.h"
#include "hw/base/command.h"
#include "hw/base/dma_stream.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"
#include "hw/shell/ring_registers.h"

namespace photic::hw {

/// The ring engine (docs/reference/opu-device.md 3.4): one command at a time, queues in turn.
class Ring : public ClockedModule {
 public:
  StreamOut<DmaRequest> rd_req{"rd_req"};
  StreamIn<ReadWord> rd_data{"rd_data"};
  StreamOut<DmaRequest> wr_req{"wr_req"};
  StreamOut<uint64_t> wr_data{"wr_data"};
  IdleIn dma_write{"dma_write"};
  LevelIn<DmaFailure> write_error{"write_error"};
  PulseIn<CommandResult> done{"done"};  ///< of the engine
  sc_core::sc_port<RingRegisters> registers{"registers"};
  Pulse<abi::Submission> start;  ///< a command for the engine
  Pulse<> clear_error;
  Register<bool> abort;
  Counter commands;         ///< SHELL_COMMANDS
  Counter commands_failed;  ///< SHELL_COMMANDS_FAILED

  /// `kind` decides which opcodes are started; others are refused.
  Ring(const sc_core::sc_module_name& name, ClockDomain& clock, abi::DeviceKind kind);

  /// Not IDLE, or something to fetch: the cycles that SHELL_CYCLE counts.
  bool busy() const;

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;
  void skip(uint64_t cycles) override;

 private:
  enum class State : uint8_t {
    IDLE,
    RECEIVE,
    DISPATCH,
    RUN,
    COMPLETE0,
    COMPLETE1,
    COMPLETE2,
    COMPLETE3,
    DRAIN
  };
  static constexpr size_t kEntryWords = sizeof(abi::Submission) / sizeof(uint64_t);

  bool anything_runnable() const;
  bool for_the_engine() const;
  void fetch();
  void receive();
  void dispatch();
  void run();
  void complete();
  void drain();

  abi::DeviceKind kind_;
  Register<State> state_;
  Register<uint8_t> queue_;  // of the command in progress; the last served while idle
  std::array<uint64_t, kEntryWords> entry_{};
  abi::Submission submission_;
  size_t word_ = 0;
  DmaFailure fault_;
  uint64_t start_cycle_ = 0;
  uint64_t end_cycle_ = 0;
  CommandResult result_;
  uint16_t id_ = 0;
  uint64_t watchdog_ = 0;
  uint64_t limit_ = 0;
};

}  // namespace photic::hw
