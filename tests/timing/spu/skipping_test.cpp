// SPDX-License-Identifier: Apache-2.0
// Leaving out idle blocks and idle time changes nothing that can be seen.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <istream>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "drivers/abi/registers.h"
#include "hw/base/kernel_session.h"
#include "tests/timing/spu/random_network.h"

namespace photic::test {
namespace {

using abi::SpuRegion;

constexpr uint64_t kRecordsEnd = HostBench::kDestination + 0x210000;  // of records and traces

/// Everything observable of a session.
struct Observation {
  std::vector<abi::BoundaryEvent> events;
  std::vector<unsigned> vectors;
  std::vector<uint32_t> registers;
  std::vector<uint64_t> records;
};

/// A network, runs of all kinds, a watchdog that ends one, and what became of the memories.
Observation observe(SpuBench& bench, uint64_t seed, uint64_t budget) {
  bench.recorder.vectors.clear();
  load_random_network(bench, seed, seed % 3 == 0 ? 3 : 0);
  bench.clear();
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
  for (uint64_t address = HostBench::kDestination; address < kRecordsEnd; address += 8) {
    seen.records.push_back(bench.ram.at(address));
  }
  for (uint32_t offset = 0; offset < abi::kBarSize; offset += 4) {
    seen.registers.push_back(bench.device->read(offset));
  }
  seen.events = bench.recorder.events;
  seen.vectors = bench.recorder.vectors;
  return seen;
}

Observation observe(const SpuOptions& options, uint64_t seed, uint64_t budget) {
  SpuBench bench(options);
  return observe(bench, seed, budget);
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

TEST(SpuSystemc, ResetInTheMidstOfWorkStartsAnew) {
  SpuBench bench(SpuOptions{.stall_seed = 5});
  const Observation first = observe(bench, 1, kWhole);
  for (const uint64_t cycles : {40, 150, 300, 700}) {
    bench.device->reset();
    bench.open_queue();
    load_random_network(bench, 1);
    bench.submit(as_submission(random_run(bench, 3, 20, abi::SpuRecord::I32, true)));
    bench.device->advance(cycles);
    bench.device->reset();
    bench.open_queue();
    for (uint64_t address = HostBench::kDestination; address < kRecordsEnd; address += 8) {
      bench.ram.at(address) = 0;
    }
    expect_equal(first, observe(bench, 1, kWhole));
  }
}

TEST(SpuSystemc, WatchdogClearsWhatTheRunLeftBehind) {
  SpuBench bench(SpuOptions{.preset = "strip"});
  load_random_network(bench, 4);
  abi::SpuRun run = random_run(bench, 4, 1000, abi::SpuRecord::NONE, false);
  run.control = 0;
  run.timeout = 1;
  const abi::Completion done = bench.run(run);
  EXPECT_EQ(done.status, abi::Status::TIMEOUT);
  EXPECT_EQ(done.detail, bench.read_wide(abi::SPU_STEPS));
  for (uint32_t unit = 0; unit < bench.io(); ++unit) {
    const abi::SpuConfig config = abi::SpuConfig::unpack(bench.read(unit, SpuRegion::CONFIG, 0, 1).front());
    EXPECT_EQ(bench.read(unit, SpuRegion::STATE, 0, 2 * config.neurons),
              std::vector<uint64_t>(2 * config.neurons));
    EXPECT_EQ(bench.read(unit, SpuRegion::COUNTER, 0, abi::kSpuCounters),
              std::vector<uint64_t>(abi::kSpuCounters));
  }
}

/// The lines of a dump by their times, those of one time in any order.
std::map<uint64_t, std::multiset<std::string>> changes_of(std::istream& dump) {
  std::map<uint64_t, std::multiset<std::string>> changes;
  uint64_t time = 0;
  for (std::string line; std::getline(dump, line);) {
    if (line.front() == '#') {
      time = std::stoull(line.substr(1));
    } else {
      changes[time].insert(line);
    }
  }
  return changes;
}

TEST(SpuSystemc, AWaveformShowsTheSameLinksWithAndWithoutSkipping) {
  std::map<uint64_t, std::multiset<std::string>> dumps[2];
  for (const bool skip : {false, true}) {
    SpuBench bench(SpuOptions{.skip = skip});
    load_random_network(bench, 5);
    const auto path = std::filesystem::temp_directory_path() / "photic_spu_skipping_test.vcd";
    ASSERT_TRUE(bench.device->waveform(path.string()));
    bench.run(random_run(bench, 5, 3, abi::SpuRecord::I32, false));
    ASSERT_TRUE(bench.device->waveform(""));
    std::ifstream file(path);
    dumps[skip] = changes_of(file);
    std::filesystem::remove(path);
  }
  EXPECT_GT(dumps[0].size(), 200U);
  EXPECT_TRUE(dumps[0] == dumps[1]);
}

TEST(SpuSystemc, RejectsASecondDeviceAtTheSameTime) {
  auto first = std::make_unique<SpuBench>(SpuOptions{});
  EXPECT_THROW(SpuBench(SpuOptions{}), hw::KernelBusyError);
  first.reset();
  EXPECT_NO_THROW(SpuBench(SpuOptions{}));
}

}  // namespace
}  // namespace photic::test
