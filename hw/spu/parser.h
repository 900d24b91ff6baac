// SPDX-License-Identifier: Apache-2.0
// Reads the input stream, step by step.
#pragma once

#include <cstdint>

#include "hw/base/clocked_module.h"
#include "hw/base/command.h"
#include "hw/base/dma_stream.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"
#include "hw/spu/activity.h"
#include "hw/spu/emit.h"
#include "hw/spu/input_stream.h"
#include "hw/spu/unit_memory.h"

namespace photic::hw {

/// The parser of docs/reference/spu-device.md 4.2.
class Parser : public ClockedModule, public InputStream {
 public:
  PulseIn<> inputs{"inputs"};
  LevelIn<bool> flush{"flush"};
  StreamIn<ReadWord> rd_data{"rd_data"};
  StreamOut<Emission> events{"events"};
  Counter sent;  ///< SPU_EVENTS

  Parser(const sc_core::sc_module_name& name, ClockDomain& clock, UnitMemory& memory, Emit& emit,
         Activity& activity);

  void forget() override { failure_.set({}); }
  void open(uint64_t address, uint32_t words) override;
  void fail(abi::Status status, uint64_t address) override;
  void drop() override { left_.set(left_.get() - 1); }
  uint32_t left() const override { return left_.get(); }
  uint64_t position() const override { return position_; }
  const CommandResult& failure() const override { return failure_.get(); }

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;

 private:
  enum class State : uint8_t { IDLE, HEADER, WORD, FIRST, SECOND };

  void header();
  void word();
  void event(uint32_t half);
  /// Whether the event in hand has no source.
  bool leads_nowhere() const;
  /// Takes the next word; false, after a failure, if it was refused.
  bool take(ReadWord& word);
  void stop();
  void stop(abi::Status status, uint64_t address);

  UnitMemory& memory_;
  Emit& emit_;
  Activity& activity_;
  Register<uint32_t> left_;
  Register<CommandResult> failure_;
  Register<State> state_;
  uint64_t position_ = 0;
  uint64_t word_ = 0;         // of events
  uint32_t events_left_ = 0;  // of the step
};

}  // namespace photic::hw
