// SPDX-License-Identifier: Apache-2.0
// Where packets wait for each other, cycles lie between the work of the busiest engine and all work in a row.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "drivers/abi/registers.h"
#include "drivers/abi/timing.h"
#include "tests/timing/spu/program.h"

namespace photic::test {
namespace {

using abi::SpuRegion;

constexpr uint32_t kAxons = 8;

/// Every core has `kAxons` dense axons of all its neurons; source s leads to `spread` cores.
void load(SpuBench& bench, uint32_t sources, uint32_t spread, std::mt19937& random) {
  const abi::SpuPreset& preset = bench.preset();
  for (uint32_t core = 0; core < preset.cores(); ++core) {
    std::vector<uint64_t> axons;
    for (uint32_t i = 0; i < kAxons; ++i) {
      axons.push_back(abi::SpuAxon{
          .format = abi::SpuSynapseFormat::DENSE, .bits = abi::SpuWeightBits::W8, .extent = preset.neurons}
                          .pack());
    }
    bench.write(core, SpuRegion::AXON, 0, axons);
    bench.configure(core, preset.neurons, kAxons);
  }
  for (uint32_t s = 0; s < sources; ++s) {
    std::vector<abi::SpuFanout> entries;
    for (uint32_t i = 0; i < spread; ++i) {
      const auto to = static_cast<int32_t>(random() % preset.cores());
      const auto cols = static_cast<int32_t>(preset.mesh_cols);
      entries.push_back(to_core(0, 0, to % cols, to / cols, random() % kAxons));
    }
    bench.fan_out(bench.io(), s, s * ((spread + 1) / 2 * 2), entries);
  }
  bench.configure(bench.io(), sources, preset.outputs);
}

TEST(SpuCongestion, KeepsInputsBetweenTheBusiestEngineAndAllWorkInARow) {
  std::mt19937 random(7);
  for (const std::string_view name : {"tiny", "single", "strip", "mesh5"}) {
    SpuBench bench({.preset = name});
    const abi::SpuPreset& preset = bench.preset();
    load(bench, 8, 6, random);
    bench.run({.steps = 1});
    for (const uint32_t events : {1, 5, 40}) {
      std::vector<abi::SpuEvent> step;
      for (uint32_t i = 0; i < events; ++i) {
        step.push_back({.source = static_cast<uint32_t>(random() % 8), .payload = 1});
      }
      bench.clear();
      const uint64_t before = bench.read_wide(abi::SPU_CYCLES_INPUT);
      abi::SpuRun run{.source = HostBench::kSource, .source_words = bench.stream({step}), .steps = 1};
      run.control = abi::SPU_CONTROL_CLEAR_FIRST;
      ASSERT_EQ(bench.run(run).status, abi::Status::OK);
      const uint64_t cycles = bench.read_wide(abi::SPU_CYCLES_INPUT) - before;
      uint64_t busiest = bench.counter(bench.io(), abi::SpuCounter::CYCLES_EMIT);
      uint64_t all = busiest + 6 + 2 * events;  // the parser takes less than two cycles an event
      for (uint32_t core = 0; core < preset.cores(); ++core) {
        const uint64_t deliver = bench.counter(core, abi::SpuCounter::CYCLES_DELIVER);
        busiest = std::max(busiest, deliver);
        all += deliver + 2 * (bench.counter(core, abi::SpuCounter::HOPS) +
                              bench.counter(core, abi::SpuCounter::FLITS_IN) + 1);
      }
      const uint64_t barrier = abi::kSpuBarrierCycles + preset.mesh_cols + preset.mesh_rows;
      EXPECT_GE(cycles, busiest + barrier) << name << ", " << events;
      EXPECT_LE(cycles, all + barrier + preset.read_latency) << name << ", " << events;
    }
  }
}

TEST(SpuCongestion, StallsAreCountedWhereCreditsRunOut) {
  // One core that takes long over each packet, and a source that sends more than all FIFOs on the way hold.
  SpuBench bench({.preset = "single"});
  std::mt19937 random(7);
  load(bench, 1, 40, random);
  bench.run({.steps = 1});
  bench.clear();
  const std::vector<abi::SpuEvent> step{{.source = 0, .payload = 1}};
  ASSERT_EQ(
      bench.run({.source = HostBench::kSource, .source_words = bench.stream({step}), .steps = 1}).status,
      abi::Status::OK);
  const abi::SpuPreset& preset = bench.preset();
  const uint64_t packet = 3 + (preset.neurons + preset.lanes - 1) / preset.lanes;
  // Packets sent before the first stall: those in the receive FIFO, in the router's, and the one being
  // delivered.
  const uint64_t held = abi::kFifoSpuReceive + abi::kFifoSpuRouter + 1;
  const uint64_t emit = bench.counter(bench.io(), abi::SpuCounter::CYCLES_EMIT);
  const uint64_t stall = bench.counter(bench.io(), abi::SpuCounter::CYCLES_STALL);
  EXPECT_EQ(emit, 2 + 40 + stall);
  EXPECT_GE(stall, (40 - held - 1) * packet - 40);
  EXPECT_LE(stall, (40 - held + 1) * packet);
  EXPECT_EQ(bench.counter(0, abi::SpuCounter::FLITS_IN), 40U);
}

}  // namespace
}  // namespace photic::test
