// SPDX-License-Identifier: Apache-2.0
// Random sessions of spiking devices: the seed names everything, what can be reached is reached, and an error
// is told in terms of cores, regions and counters.
#include <gtest/gtest.h>

#include <bit>

#include "drivers/abi/registers.h"
#include "models/golden/spu_device.h"
#include "sim/lockstep/ring_client.h"
#include "sim/lockstep/spu/session.h"
#include "tests/unit/lockstep/golden_pair.h"

namespace photic::lockstep {
namespace {

class NoInterrupts final : public abi::InterruptPort {
 public:
  void raise(unsigned) override {}
};

const abi::SpuPreset& preset(std::string_view name) {
  return *abi::find_spu_preset(name);
}

Candidate good(std::string_view geometry) {
  return {"good", [geometry](abi::DmaPort& memory, abi::InterruptPort& interrupts) {
            return golden::make_spu({preset(geometry)}, memory, interrupts);
          }};
}

// A golden device between whose writes and the bus something stands.
class Corrupted final : public abi::DevicePort, abi::DmaPort {
 public:
  using Change = std::function<void(uint64_t address, std::vector<uint64_t>& words)>;

  Corrupted(abi::DmaPort& memory, abi::InterruptPort& interrupts, Change change)
      : memory_(memory),
        change_(std::move(change)),
        device_(golden::make_spu({preset("tiny")}, *this, interrupts)) {}

  uint32_t read(uint32_t offset) override { return device_->read(offset); }
  void write(uint32_t offset, uint32_t value) override { device_->write(offset, value); }
  abi::Activity advance(uint64_t budget) override { return device_->advance(budget); }
  void reset() override { device_->reset(); }
  const std::atomic<uint64_t>& progress() const override { return device_->progress(); }

 private:
  bool read(uint64_t address, uint64_t* words, size_t count) override {
    return memory_.read(address, words, count);
  }
  bool write(uint64_t address, const uint64_t* words, size_t count) override {
    std::vector<uint64_t> changed(words, words + count);
    change_(address, changed);
    return memory_.write(address, changed.data(), changed.size());
  }

  abi::DmaPort& memory_;
  const Change change_;
  const std::unique_ptr<abi::DevicePort> device_;
};

Candidate corrupted(const Corrupted::Change& change) {
  return {"corrupted", [change](abi::DmaPort& memory, abi::InterruptPort& interrupts) {
            return std::make_unique<Corrupted>(memory, interrupts, change);
          }};
}

SpuSessionResult session(const Candidate& first, const Candidate& second, std::string_view geometry,
                         const SpuSessionOptions& options, const std::filesystem::path& report) {
  HostMemory memory;
  NoInterrupts interrupts;
  CheckOptions check;
  check.report = report;
  const auto device = make_check(first, second, memory, interrupts, check);
  return run_spu_session(*device, memory, preset(geometry), options);
}

TEST(SpuSession, IsAFunctionOfItsSeed) {
  TemporaryFolder folder;
  const auto run = [&](uint64_t seed) {
    return session(good("tiny"), good("tiny"), "tiny", {.seed = seed, .networks = 3, .faults = true},
                   folder.path);
  };
  const SpuSessionResult one = run(3);
  const SpuSessionResult two = run(3);
  EXPECT_EQ(one.session.commands, two.session.commands);
  EXPECT_EQ(one.session.statuses, two.session.statuses);
  EXPECT_EQ(one.spikes, two.spikes);
  EXPECT_NE(one.spikes, run(4).spikes);
}

TEST(SpuSession, ReachesEverythingOnEverySmallGeometry) {
  TemporaryFolder folder;
  for (const std::string_view geometry : {"tiny", "single", "strip"}) {
    Coverage coverage;
    for (uint64_t seed = 1; seed <= 12; ++seed) {
      const SpuSessionResult result = session(good(geometry), good(geometry), geometry,
                                              {.seed = seed, .networks = 25, .faults = true}, folder.path);
      ASSERT_FALSE(result.session.failure.has_value()) << geometry << ": " << *result.session.failure;
      coverage.add(result.coverage);
    }
    EXPECT_EQ(coverage.missing(reachable(preset(geometry), false, true)), std::vector<std::string>{})
        << geometry;
  }
}

TEST(SpuSession, LetsMostNetworksNeitherDieNorSaturate) {
  TemporaryFolder folder;
  for (const abi::SpuPreset& geometry :
       {preset("tiny"), preset("single"), preset("strip"), preset("mesh5")}) {
    const SpuSessionResult result = session(good(geometry.name), good(geometry.name), geometry.name,
                                            {.seed = 5, .networks = 20}, folder.path);
    EXPECT_GE(result.lively, 15u) << geometry.name;
  }
}

TEST(SpuSession, FindsADeviceThatErrsOnceInAWhile) {
  TemporaryFolder folder;
  const auto change = [](uint64_t, std::vector<uint64_t>& words) {
    if (words.size() > 3 && words[3] % 64 == 5) {
      words[3] ^= 1;
    }
  };
  EXPECT_TRUE(session(good("tiny"), corrupted(change), "tiny", {.seed = 1, .networks = 20}, folder.path)
                  .session.failure.has_value());
}

// A run of three steps with a trace, on a device without a program; one word of the trace is wrong.
class SpuTrace : public testing::Test {
 protected:
  static constexpr uint64_t kSubmissions = 0x1'0000;
  static constexpr uint64_t kCompletions = 0x2'0000;
  static constexpr uint64_t kTrace = 0x3'0000;

  static uint64_t word_of(uint32_t step, uint32_t unit, abi::SpuCounter counter) {
    const uint64_t units = uint64_t{step} * (preset("tiny").cores() + 1) + unit;
    return kTrace + 8 * (units * abi::kSpuCounters + static_cast<uint64_t>(counter));
  }

  // What the check says if the word is one too large in the second device.
  std::optional<std::string> failure_with(uint64_t wrong) {
    HostMemory memory;
    NoInterrupts interrupts;
    for (const uint64_t base : {kSubmissions, kCompletions, kTrace}) {
      memory.map(base, HostMemory::kPageBytes);
    }
    CheckOptions check;
    check.report = folder.path;
    const auto change = [wrong](uint64_t address, std::vector<uint64_t>& words) {
      if (wrong >= address && wrong < address + 8 * words.size()) {
        words[(wrong - address) / 8] += 1;
      }
    };
    const auto device = make_check(good("tiny"), corrupted(change), memory, interrupts, check);
    RingClient ring(*device, memory, RingPlace{0, kSubmissions, kCompletions, 3});
    ring.open();
    device->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
    abi::SpuRun run{.opcode = abi::Opcode::SPU_RUN, .command = 0x77, .trace = kTrace, .step = 40, .steps = 3};
    run.control = abi::SPU_CONTROL_TRACE;
    ring.submit(std::bit_cast<abi::Submission>(run));
    ring.ring_doorbell();
    while (device->advance(1000) == abi::Activity::kWorking) {
    }
    return device->failure() != nullptr ? std::optional(*device->failure()) : std::nullopt;
  }

  TemporaryFolder folder;
};

TEST_F(SpuTrace, LeavesCycleCountersOutWhenATargetKnowsNoCycles) {
  EXPECT_EQ(failure_with(word_of(1, 3, abi::SpuCounter::CYCLES_DELIVER)), std::nullopt);
  EXPECT_EQ(failure_with(word_of(2, 4, abi::SpuCounter::CYCLES_STALL)), std::nullopt);
  EXPECT_NE(failure_with(word_of(1, 3, abi::SpuCounter::TABLE_READS)), std::nullopt);
}

TEST_F(SpuTrace, NamesStepCoreAndCounterOfADifference) {
  const auto failure = failure_with(word_of(1, 2, abi::SpuCounter::HOPS));
  ASSERT_NE(failure, std::nullopt);
  EXPECT_NE(failure->find("command 0x77"), std::string::npos) << *failure;
  EXPECT_NE(failure->find("trace of step 1 (number 41): core 2, counter HOPS"), std::string::npos)
      << *failure;
  EXPECT_NE(folder.text("report.txt").find("SPU_RUN command 0x77"), std::string::npos);
}

}  // namespace
}  // namespace photic::lockstep
