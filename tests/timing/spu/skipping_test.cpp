// SPDX-License-Identifier: Apache-2.0
// Leaving out idle blocks and idle time changes nothing that can be seen.
#include <gtest/gtest.h>

#include "drivers/abi/registers.h"
#include "hw/base/kernel_session.h"
#include "tests/timing/spu/random_network.h"

namespace photic::test {
namespace {

/// Everything observable of a session.
struct Observation {
  std::vector<abi::BoundaryEvent> events;
  std::vector<unsigned> vectors;
  std::vector<uint32_t> registers;
  std::vector<uint64_t> records;
};

/// A network, runs of all kinds, a watchdog that ends one, and what became of the memories.
Observation observe(const SpuOptions& options, uint64_t seed, uint64_t budget) {
  SpuBench bench(options);
  load_random_network(bench, seed, seed % 3 == 0 ? 3 : 0);
  bench.recorder.events.clear();
  constexpr abi::SpuRecord kRecords[] = {abi::SpuRecord::NONE, abi::SpuRecord::BITS, abi::SpuRecord::I32,
                                         abi::SpuRecord::STATES};
  Observation seen;
  for (size_t i = 0; i < 4; ++i) {
    abi::SpuRun run = random_run(bench, seed + i, 5, kRecords[i], i % 2 == 0);
    run.flags = abi::SUBMIT_IRQ;
    run.timeout = i == 2 ? 1 : 0;
    bench.submit(as_submission(run));
    bench.HostBench::run(budget);
  }
  for (uint32_t unit = 0; unit <= bench.io(); ++unit) {
    for (const uint64_t word : bench.read(unit, abi::SpuRegion::COUNTER, 0, abi::kSpuCounters)) {
      seen.records.push_back(word);
    }
  }
  for (uint64_t address = HostBench::kDestination; address < 0x600000 + 0x10000; address += 8) {
    seen.records.push_back(bench.ram.at(address));
  }
  for (uint32_t offset = 0; offset < abi::kBarSize; offset += 4) {
    seen.registers.push_back(bench.device->read(offset));
  }
  seen.events = bench.recorder.events;
  seen.vectors = bench.recorder.vectors;
  return seen;
}

void expect_equal(const Observation& a, const Observation& b) {
  ASSERT_EQ(a.events.size(), b.events.size());
  for (size_t i = 0; i < a.events.size(); ++i) {
    ASSERT_TRUE(a.events[i] == b.events[i])
        << "event " << i << " in cycles " << a.events[i].cycle << " and " << b.events[i].cycle << ", data "
        << a.events[i].data << " and " << b.events[i].data;
  }
  EXPECT_EQ(a.vectors, b.vectors);
  EXPECT_EQ(a.registers, b.registers);
  EXPECT_EQ(a.records, b.records);
}

constexpr uint64_t kWhole = uint64_t{1} << 40;

TEST(SpuSystemc, SkippingChangesNothingThatCanBeSeen) {
  for (const std::string_view preset : {"tiny", "single", "strip"}) {
    for (uint64_t seed = 0; seed < 6; ++seed) {
      SCOPED_TRACE(std::string(preset) + ", seed " + std::to_string(seed));
      const std::optional<uint64_t> stall = seed % 2 == 0 ? std::optional<uint64_t>{} : seed;
      const Observation skipped = observe({preset, stall, true}, seed, kWhole);
      EXPECT_GT(skipped.events.size(), 300U);
      expect_equal(skipped, observe({preset, stall, false}, seed, kWhole));
    }
  }
}

TEST(SpuSystemc, BudgetsChangeNothingThatCanBeSeen) {
  const Observation whole = observe({}, 1, kWhole);
  expect_equal(whole, observe({}, 1, 1));
  expect_equal(whole, observe({}, 1, 97));
}

}  // namespace
}  // namespace photic::test
