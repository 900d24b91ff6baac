// SPDX-License-Identifier: Apache-2.0
// Random programs are without fault, every named fault is one, and words of results have the right names.
#include <gtest/gtest.h>

#include <bit>
#include <set>

#include "models/kernels/spu/scan.h"
#include "sim/lockstep/spu/program_faults.h"
#include "sim/lockstep/spu/random_program.h"
#include "sim/lockstep/spu/result_words.h"

namespace photic::lockstep {
namespace {

namespace spu = kernels::spu;

const abi::SpuPreset& tiny() {
  return *abi::find_spu_preset("tiny");
}

bool is_sound(const Program& program) {
  for (uint32_t unit = 0; unit < program.units.size(); ++unit) {
    if (spu::scan_unit(program.preset, spu::unit_at(program.preset, unit), program.units[unit].tables())) {
      return false;
    }
  }
  return true;
}

TEST(RandomProgram, HasNoFault) {
  for (const char* geometry : {"tiny", "single", "strip", "mesh5"}) {
    for (uint64_t seed = 0; seed < 40; ++seed) {
      Dice dice(seed);
      const abi::SpuPreset& preset = *abi::find_spu_preset(geometry);
      EXPECT_TRUE(is_sound(draw_program(dice, preset, draw_style(dice, preset)))) << geometry << ' ' << seed;
    }
  }
}

TEST(ProgramFault, IsFoundByTheScanInTheUnitItWasPutInto) {
  for (const char* geometry : {"tiny", "single", "strip"}) {
    const abi::SpuPreset& preset = *abi::find_spu_preset(geometry);
    std::set<std::string_view> drawn;
    for (uint64_t seed = 0; seed < 30; ++seed) {
      Dice dice(seed);
      Program program = draw_program(dice, preset, draw_style(dice, preset));
      for (const std::string_view fault : program_fault_names()) {
        const auto changed = draw_fault(dice, program, fault);
        if (!changed) {
          continue;
        }
        uint64_t& word = program.units[changed->unit].table(changed->region)[changed->word];
        const uint64_t good = std::exchange(word, changed->value);
        const auto found = spu::scan_unit(preset, spu::unit_at(preset, changed->unit),
                                          program.units[changed->unit].tables());
        EXPECT_TRUE(found.has_value()) << geometry << ' ' << seed << ' ' << fault;
        word = good;
        drawn.insert(fault);
      }
    }
    for (const std::string_view fault : program_fault_names()) {
      EXPECT_EQ(drawn.contains(fault), fault_exists(fault, preset)) << geometry << ' ' << fault;
    }
  }
}

abi::Submission read_of(abi::SpuRegion region, uint16_t core, uint16_t cores, uint32_t word, uint32_t words) {
  abi::SpuMemory m{.opcode = abi::Opcode::SPU_READ, .destination = 0x1000};
  m.core = core;
  m.cores = cores;
  m.region = region;
  m.word = word;
  m.words = words;
  return std::bit_cast<abi::Submission>(m);
}

TEST(ResultWord, IsNamedByCoreRegionAndWhatTheWordHolds) {
  const abi::Submission states = read_of(abi::SpuRegion::STATE, 1, 2, 4, 6);
  EXPECT_EQ(describe_result(states, tiny(), 0x1000 + 8 * 7),
            "READ of core 2, STATE word 5 (neuron 2, adaptation)");
  const abi::Submission sums = read_of(abi::SpuRegion::ACCUMULATOR, 0, 1, 0, 64);
  EXPECT_EQ(describe_result(sums, tiny(), 0x1000 + 8 * 33),
            "READ of core 0, ACCUMULATOR word 33 (slot 2, neuron 1)");
  EXPECT_EQ(describe_result(states, tiny(), 0x1000 + 8 * 12), "");
  EXPECT_EQ(describe_result(states, tiny(), 0xFF8), "");
}

TEST(ResultWord, OfATraceIsNamedByStepAndCounter) {
  abi::SpuRun run{.opcode = abi::Opcode::SPU_RUN, .trace = 0x2000, .step = 40, .steps = 3};
  run.control = abi::SPU_CONTROL_TRACE;
  const auto submission = std::bit_cast<abi::Submission>(run);
  const uint64_t step = 8 * abi::kSpuCounters * (tiny().cores() + 1);
  EXPECT_EQ(describe_result(submission, tiny(), 0x2000 + 2 * step + 8 * (4 * abi::kSpuCounters)),
            "trace of step 2 (number 42): input/output unit, counter SPIKES");
  EXPECT_EQ(describe_result(submission, tiny(), 0x2000 + 3 * step), "");
}

TEST(ResultWord, IsTimedFromTheFirstCycleCounterOn) {
  const abi::Submission counters = read_of(abi::SpuRegion::COUNTER, 0, 4, 8, 8);
  for (uint32_t word = 0; word < 32; ++word) {
    EXPECT_EQ(is_timed_result(counters, tiny(), 0x1000 + 8 * word), word % 8 >= 4) << word;
  }
  EXPECT_FALSE(is_timed_result(counters, tiny(), 0x1000 + 8 * 32));
  EXPECT_FALSE(is_timed_result(read_of(abi::SpuRegion::STATE, 0, 1, 0, 32), tiny(), 0x1000 + 8 * 13));
}

}  // namespace
}  // namespace photic::lockstep
