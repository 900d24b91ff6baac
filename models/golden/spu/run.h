// SPDX-License-Identifier: Apache-2.0
// SPU_RUN: scan, steps, records and outcome. docs/reference/spu-device.md 2.3 and 2.4.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "models/golden/bus.h"
#include "models/golden/register_file.h"
#include "models/golden/shell.h"
#include "models/golden/spu/inputs.h"
#include "models/golden/spu/mesh.h"

namespace photic::golden {

class SpuRunner {
 public:
  SpuRunner(SpuMesh& mesh, RegisterFile& registers, Bus& bus);

  /// The program has to be scanned before it runs again.
  void forget_scan() { scanned_ = false; }

  /// Begins a run that is valid.
  void start(const abi::SpuRun& run);
  /// A bounded piece of it: at most one step. Returns the outcome after the last.
  std::optional<Outcome> step();

 private:
  enum class Phase : uint8_t { kScan, kOpen, kStep, kInputs, kSweep, kDeliver, kAfter, kDrain, kEnd };

  bool advance();
  void scan_next();
  void open();
  void begin_step();
  void begin_inputs(uint32_t base_step, Phase then);
  bool deliver();
  void after_deliver();
  void finish_step();
  void write_record();
  void write_trace();
  void write(uint64_t& address, std::span<const uint64_t> words);
  Outcome outcome() const;

  SpuMesh& mesh_;
  RegisterFile& registers_;
  Bus& bus_;
  SpuInputs inputs_;
  bool scanned_ = false;

  // The run in progress.
  abi::SpuRun run_;
  Phase phase_ = Phase::kEnd;
  Phase after_inputs_ = Phase::kEnd;
  uint32_t seed_ = 0;
  uint32_t scanning_ = 0;               // next unit
  std::optional<uint64_t> link_error_;  // of the steps that are done, and of inputs sent with them
  std::optional<uint64_t> program_fault_;
  uint32_t k_ = 0;  // steps done
  bool cleared_ = false;
  bool sent_ = false;  // the inputs of the next step were delivered with the last one
  uint64_t destination_ = 0;
  uint64_t trace_ = 0;
  std::optional<uint64_t> write_error_;
  std::vector<uint64_t> words_;

  // Packets on their way: of core `from_`, packet `packet_`, entry `entry_`.
  uint32_t from_ = 0;
  uint32_t packet_ = 0;
  uint32_t entry_ = 0;
  uint32_t entries_end_ = 0;
};

}  // namespace photic::golden
