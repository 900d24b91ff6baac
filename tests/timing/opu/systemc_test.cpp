// SPDX-License-Identifier: Apache-2.0
// What the SystemC device promises besides its cycles: skipping, resets, one at a time.
#include <gtest/gtest.h>

#include <filesystem>

#include "drivers/abi/registers.h"
#include "hw/base/kernel_session.h"
#include "tests/timing/opu/devices.h"

namespace photic::test {
namespace {

abi::Submission mixed_projection() {
  abi::Submission s = intensity_projection(7, 30, 100, 16, 3);
  s.flags = abi::SUBMIT_IRQ;
  s.features = 69;
  s.macro = 3;
  s.input = abi::pack_input(abi::InputFormat::I8, 2);
  s.recovery = abi::pack_recovery(abi::Scheme::PHASE3, abi::OutputFormat::I16);
  s.layout = abi::LAYOUT_OUTSIDE_LIT;
  s.shift = 3;
  return s;
}

void fill_source(HostBench& bench) {
  for (uint64_t i = 0; i < 64; ++i) {
    bench.ram.at(HostBench::kSource + 8 * i) = 0x9E3779B97F4A7C15 * (i + 1);
  }
}

/// Everything observable of a run.
struct Observation {
  std::vector<abi::BoundaryEvent> events;
  std::vector<unsigned> vectors;
  std::vector<uint32_t> registers;
};

Observation observe(HostBench& bench, uint64_t budget) {
  fill_source(bench);
  bench.recorder.events.clear();
  bench.recorder.vectors.clear();
  bench.submit(mixed_projection());
  abi::Submission lost = mixed_projection();
  lost.frame = 1000;
  lost.timeout = 3;
  bench.submit(lost);
  bench.submit({.opcode = abi::Opcode::NOP, .command = 7});
  bench.run(budget);
  Observation seen{bench.recorder.events, bench.recorder.vectors, {}};
  for (uint32_t offset = 0; offset < abi::kBarSize; offset += 4) {
    seen.registers.push_back(bench.device->read(offset));
  }
  return seen;
}

void expect_equal(const Observation& a, const Observation& b) {
  ASSERT_EQ(a.events.size(), b.events.size());
  for (size_t i = 0; i < a.events.size(); ++i) {
    ASSERT_TRUE(a.events[i] == b.events[i])
        << "event " << i << " in cycles " << a.events[i].cycle << " and " << b.events[i].cycle;
  }
  EXPECT_EQ(a.vectors, b.vectors);
  EXPECT_EQ(a.registers, b.registers);
}

Observation run_once(Clocked kind, std::optional<uint64_t> stall, uint64_t budget) {
  HostBench bench(maker(kind, {.stall_seed = stall, .lose_trigger = 1001}));
  return observe(bench, budget);
}

TEST(Systemc, SkippingChangesNothingThatCanBeSeen) {
  for (const std::optional<uint64_t> stall : {std::optional<uint64_t>{}, std::optional<uint64_t>{5}}) {
    const Observation skipped = run_once(Clocked::kSystemc, stall, uint64_t{1} << 40);
    EXPECT_GT(skipped.events.size(), 1000U);
    EXPECT_EQ(skipped.vectors.size(), 2U);
    expect_equal(skipped, run_once(Clocked::kSystemcWithoutSkipping, stall, uint64_t{1} << 40));
  }
}

TEST(Systemc, BudgetsChangeNothingThatCanBeSeen) {
  const Observation whole = run_once(Clocked::kSystemc, {}, uint64_t{1} << 40);
  expect_equal(whole, run_once(Clocked::kSystemc, {}, 1));
  expect_equal(whole, run_once(Clocked::kSystemc, {}, 97));
}

TEST(Systemc, ResetInTheMidstOfWorkStartsAnew) {
  HostBench bench(maker(Clocked::kSystemc, {.stall_seed = 5, .lose_trigger = 1001}));
  const Observation first = observe(bench, uint64_t{1} << 40);
  for (const uint64_t cycles : {30, 300, 700}) {
    bench.device->reset();
    bench.open_queue();
    bench.submit(mixed_projection());
    bench.device->advance(cycles);
    bench.device->reset();
    bench.open_queue();
    expect_equal(first, observe(bench, uint64_t{1} << 40));
  }
}

TEST(Systemc, ProgressGrowsWhileTheDeviceWorks) {
  HostBench bench(maker(Clocked::kSystemc, {}));
  const uint64_t before = bench.device->progress();
  bench.submit(mixed_projection());
  bench.device->advance(100);
  EXPECT_GT(bench.device->progress(), before);
}

TEST(Systemc, RejectsASecondDeviceAtTheSameTime) {
  auto first = std::make_unique<HostBench>(maker(Clocked::kSystemc, {}));
  EXPECT_THROW(HostBench(maker(Clocked::kSystemc, {})), hw::KernelBusyError);
  first.reset();
  EXPECT_NO_THROW(HostBench(maker(Clocked::kSystemc, {})));
}

TEST(Systemc, RejectsAnImpossibleBenchAndCanBeBuiltAfterwards) {
  HostRam ram(1);
  Recorder recorder;
  hw::SystemcOptions options;
  options.bench.entry_bits = 99;
  EXPECT_THROW(hw::make_systemc_opu(options, ram, recorder), optics::ConfigError);
  options.bench.entry_bits = 1;
  EXPECT_NO_THROW(hw::make_systemc_opu(options, ram, recorder));
}

}  // namespace
}  // namespace photic::test
