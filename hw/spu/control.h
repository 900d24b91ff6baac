// SPDX-License-Identifier: Apache-2.0
// Accepts or refuses a command, leads cores and input/output unit through it, and says how it ended.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "drivers/abi/geometry.h"
#include "hw/base/clocked_module.h"
#include "hw/base/command.h"
#include "hw/base/dma_stream.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"
#include "hw/spu/input_stream.h"
#include "hw/spu/pulses.h"
#include "hw/spu/units.h"
#include "models/kernels/spu/command_check.h"

namespace photic::hw {

/// Control of the spiking engine (docs/reference/spu-device.md 4.1). Knows whether the program was scanned.
class SpuControl : public ClockedModule {
 public:
  PulseIn<abi::Submission> start{"start"};
  LevelIn<bool> abort{"abort"};
  LevelIn<uint32_t> spu_seed{"spu_seed"};
  LevelIn<bool> quiet{"quiet"};
  LevelIn<DmaFailure> write_error{"write_error"};
  sc_core::sc_port<IdleSource, 0> dma{"dma"};  ///< both DMA engines
  sc_core::sc_port<SpuUnits> units{"units"};
  sc_core::sc_port<InputStream> stream{"stream"};
  StreamOut<DmaRequest> rd_req{"rd_req"};
  StreamIn<ReadWord> rd_data{"rd_data"};
  StreamOut<DmaRequest> wr_req{"wr_req"};
  StreamOut<uint64_t> wr_data{"wr_data"};
  Pulse<CommandResult> done;
  UnitPulses pulses;
  Counter steps;          ///< SPU_STEPS
  Counter scans;          ///< SPU_SCANS
  Counter cycles_scan;    ///< SPU_CYCLES_SCAN
  Counter cycles_clear;   ///< SPU_CYCLES_CLEAR
  Counter cycles_input;   ///< SPU_CYCLES_INPUT
  Counter cycles_step;    ///< SPU_CYCLES_STEP
  Counter cycles_record;  ///< SPU_CYCLES_RECORD
  Counter cycles_memory;  ///< SPU_CYCLES_MEMORY

  SpuControl(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset);

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;
  void skip(uint64_t cycles) override;

 private:
  enum class State : uint8_t {
    IDLE,
    CHECK,
    WAIT,
    FETCH,
    WRITE,
    REQUEST,
    READ,
    PREPARE,
    SCANNED,
    OPEN,
    STEP,
    AFTER,
    RECORD,
    OUTPUT,
    TRACE,
    NEXT,
    FAULT,
    END,
    FINISH,
    FLUSH,
    TIMED
  };
  /// Words of a region that READ or WRITE goes through, unit by unit.
  struct Transfer {
    uint32_t unit = 0;
    uint32_t last_unit = 0;
    abi::SpuRegion region{};
    uint32_t first = 0;
    uint32_t words = 0;  // of each unit
    uint32_t index = 0;  // from `first` on, the next one
    State back{};        // where to go after the last
    bool left() const { return unit <= last_unit; }
    uint32_t word() const { return first + index; }
    void advance();
  };
  /// A word on its way from a unit to wr_data.
  struct Flying {
    uint64_t due;
    uint64_t data;
  };

  void begin();
  void check();
  void begin_memory_command();
  bool may_be_aborted() const;
  void act();
  /// WAIT, counted in `counter` (null: nowhere), and `next` afterwards.
  void wait(Counter* counter, State next);
  void wait_for_quiet();
  void flush();
  bool dma_idle() const;
  void finish();
  CommandResult result() const;
  /// What the present cycle is counted in, null if nowhere.
  Counter* cycle_counter();

  // control_memory.cpp
  void fetch();
  void write();
  void request(uint64_t address);
  void read();

  // control_run.cpp
  void prepare();
  void scanned();
  void open();
  void step();
  void after();
  void record();
  void output();
  void push_output_word();
  void trace();
  void next();
  void look_for_fault();
  void end();

  const abi::SpuPreset& preset_;
  const uint32_t barrier_;
  Register<State> state_;
  uint32_t n_ = 0;
  State after_wait_ = State::IDLE;
  Counter* wait_counter_ = nullptr;

  abi::Submission submission_;
  abi::SpuMemory memory_;
  abi::SpuRun run_;
  uint32_t seed_ = 0;

  Transfer transfer_;
  uint64_t address_ = 0;  // of what REQUEST asks for
  std::deque<Flying> flying_;
  DmaFailure read_error_;  // of WRITE

  bool scanned_ = false;
  bool cleared_ = false;
  bool sent_ = false;
  uint32_t k_ = 0;
  uint64_t destination_ = 0;
  uint64_t trace_ = 0;
  uint32_t unit_ = 0;  // FAULT: whose fault register is looked at
  std::optional<abi::Status> fault_;
  uint64_t place_ = 0;
  uint32_t output_ = 0;       // OUTPUT, stage A
  bool b_valid_ = false;      // OUTPUT, stage B
  uint32_t b_output_ = 0;     // in stage B
  uint64_t output_word_ = 0;  // being put together
};

}  // namespace photic::hw
