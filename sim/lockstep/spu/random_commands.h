// SPDX-License-Identifier: Apache-2.0
// Random commands of an SPU: programs loaded and read back, runs of every kind, and every way to be wrong.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "sim/lockstep/dice.h"
#include "sim/lockstep/spu/places.h"
#include "sim/lockstep/spu/program.h"
#include "sim/lockstep/spu/random_stream.h"
#include "sim/lockstep/spu/style.h"

namespace photic::lockstep {

/// A RUN and what was drawn for it.
struct RandomRun {
  abi::SpuRun run;
  Stream stream;
};

class SpuCommands {
 public:
  struct Options {
    bool faults = false;           ///< Bus addresses that refuse accesses.
    bool short_watchdogs = false;  ///< Watchdogs that fire in the midst of work.
  };

  SpuCommands(Dice& dice, const abi::SpuPreset& preset, Places& places, const Options& options)
      : dice_(dice), preset_(preset), places_(places), options_(options) {}

  /// WRITEs of all words of a program that are looked at: of many cores at once, of one, of parts of one.
  std::vector<abi::Submission> load(const Program& program);

  /// A WRITE of some words of one unit.
  abi::Submission write(uint32_t unit, abi::SpuRegion region, uint32_t word,
                        const std::vector<uint64_t>& words);

  /// READs of a whole device: every table as it was loaded, states, accumulators, outputs and counters. Of a
  /// large device, accumulators of some cores and slots.
  std::vector<abi::Submission> read_all(const Program& program);

  /// A valid run of a program; memory may refuse accesses. The stream has the fault, of stream_fault_names,
  /// if it has a place for it; the second form leaves that to the dice.
  RandomRun run(const Program& program, std::string_view stream_fault);
  RandomRun run(const Program& program);

  /// READ of any words, WRITE of states, accumulators or weights, CLEAR, NOP; all valid.
  abi::Submission memory(const Program& program);

  /// Takes a command one step away from being valid, mostly.
  abi::Submission spoil(abi::Submission submission);

  /// STATE, ACCUMULATOR and outputs of all units: READs of them, and the WRITEs that put back what the READs
  /// found.
  struct Snapshot {
    std::vector<abi::Submission> save;
    std::vector<abi::Submission> restore;
  };
  Snapshot snapshot();

  /// A watchdog that does not fire in the work of this host, in units of 1024 cycles.
  static constexpr uint32_t kPatience = 4000;

 private:
  abi::SpuMemory head(abi::Opcode opcode);
  abi::Submission read(uint32_t core, uint32_t cores, abi::SpuRegion region, Window window);
  void choose_record(const Program& program, abi::SpuRun& run);
  void choose_addresses(abi::SpuRun& run);
  abi::Submission random_read();
  abi::Submission random_write(const Program& program);
  void load_region(const Program& program, abi::SpuRegion region, std::vector<abi::Submission>& writes);
  void write_parts(const Program& program, abi::SpuRegion region, uint32_t core, uint32_t cores,
                   std::vector<abi::Submission>& writes);
  uint64_t strange_address(uint64_t address, uint64_t end, uint64_t words);

  Dice& dice_;
  const abi::SpuPreset& preset_;
  Places& places_;
  const Options options_;
};

}  // namespace photic::lockstep
