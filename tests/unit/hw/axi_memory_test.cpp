// SPDX-License-Identifier: Apache-2.0
// Host memory answers after its latency, in order, and holds back exactly what its seed says.
#include "hw/base/axi_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace photic::hw {
namespace {

constexpr uint64_t kBytes = 1024;

class Ram : public abi::DmaPort {
 public:
  bool read(uint64_t address, uint64_t* words, size_t count) override {
    if (address + 8 * count > kBytes) {
      return false;
    }
    std::copy_n(&words_[address / 8], count, words);
    return true;
  }
  bool write(uint64_t address, const uint64_t* words, size_t count) override {
    if (address + 8 * count > kBytes) {
      return false;
    }
    std::copy_n(words, count, &words_[address / 8]);
    return true;
  }
  std::vector<uint64_t> words_ = std::vector<uint64_t>(kBytes / 8);
};

class AxiMemoryTest : public testing::Test {
 protected:
  AxiMemory make(std::optional<uint64_t> stall = {}) {
    return AxiMemory(ram, {kReadLatency, kWriteLatency, stall});
  }

  static AxiMemory::Inputs read(uint64_t address, uint32_t beats) {
    AxiMemory::Inputs in;
    in.ar_valid = true;
    in.ar_addr = address;
    in.ar_len = static_cast<uint8_t>(beats - 1);
    return in;
  }
  static AxiMemory::Inputs write_address(uint64_t address, uint32_t beats) {
    AxiMemory::Inputs in;
    in.aw_valid = true;
    in.aw_addr = address;
    in.aw_len = static_cast<uint8_t>(beats - 1);
    return in;
  }
  static AxiMemory::Inputs write_data(uint64_t data, bool last) {
    AxiMemory::Inputs in;
    in.w_valid = true;
    in.w_data = data;
    in.w_last = last;
    return in;
  }
  /// Steps through `cycles` silent cycles and returns those in which `offered` held.
  template <typename Offered>
  std::vector<uint64_t> watch(AxiMemory& memory, uint64_t& now, uint64_t cycles, Offered offered) {
    std::vector<uint64_t> seen;
    for (const uint64_t end = now + cycles; now < end; ++now) {
      if (offered(memory.outputs())) {
        seen.push_back(now);
      }
      memory.step({}, now);
    }
    return seen;
  }
  static bool beat(const AxiMemory::Outputs& out) { return out.r_valid; }
  static bool response(const AxiMemory::Outputs& out) { return out.b_valid; }

  static constexpr uint32_t kReadLatency = 5;
  static constexpr uint32_t kWriteLatency = 3;
  Ram ram;
};

TEST_F(AxiMemoryTest, DeliversTheFirstBeatAfterTheReadLatencyAndThenABeatACycle) {
  AxiMemory memory = make();
  uint64_t now = 0;
  memory.step(read(0, 3), now++);
  EXPECT_EQ(watch(memory, now, 20, beat), (std::vector<uint64_t>{5, 6, 7}));
}

TEST_F(AxiMemoryTest, DeliversBurstsInOrderAndWithoutGaps) {
  ram.words_[0] = 11;
  ram.words_[8] = 22;
  AxiMemory memory = make();
  uint64_t now = 0;
  memory.step(read(0, 2), now++);
  memory.step(read(64, 1), now++);
  std::vector<uint64_t> data;
  EXPECT_EQ(watch(memory, now, 20,
                  [&](const auto& out) {
                    if (out.r_valid) {
                      data.push_back(out.r_data);
                    }
                    return out.r_valid;
                  }),
            (std::vector<uint64_t>{5, 6, 7}));
  EXPECT_EQ(data, (std::vector<uint64_t>{11, 0, 22}));
}

TEST_F(AxiMemoryTest, ReadsAWordWhenItsBeatIsDelivered) {
  AxiMemory memory = make();
  uint64_t now = 0;
  memory.step(read(0, 2), now++);
  watch(memory, now, 4, beat);
  ASSERT_TRUE(memory.outputs().r_valid);
  ram.words_[0] = ram.words_[1] = 7;  // too late for the first word, not for the second
  EXPECT_EQ(memory.outputs().r_data, 0U);
  memory.step({}, now++);
  EXPECT_EQ(memory.outputs().r_data, 7U);
  EXPECT_TRUE(memory.outputs().r_last);
}

TEST_F(AxiMemoryTest, AnswersARefusedBurstWithAnErrorOnEveryBeat) {
  AxiMemory memory = make();
  uint64_t now = 0;
  memory.step(read(kBytes, 2), now++);
  EXPECT_EQ(
      watch(memory, now, 20, [](const auto& out) { return out.r_valid && out.r_error && out.r_data == 0; }),
      (std::vector<uint64_t>{5, 6}));
}

TEST_F(AxiMemoryTest, RespondsAfterTheLaterOfAddressAndLastData) {
  AxiMemory memory = make();
  uint64_t now = 0;
  memory.step(write_address(0, 2), now++);
  memory.step(write_data(1, false), now++);
  memory.step({}, now++);
  memory.step(write_data(2, true), now++);  // cycle 3
  EXPECT_EQ(watch(memory, now, 20, response), (std::vector<uint64_t>{3 + kWriteLatency}));

  AxiMemory data_first = make();
  now = 0;
  data_first.step(write_data(3, true), now++);
  data_first.step({}, now++);
  data_first.step(write_address(8, 1), now++);  // cycle 2
  EXPECT_EQ(watch(data_first, now, 20, response), (std::vector<uint64_t>{2 + kWriteLatency}));
  EXPECT_EQ(ram.words_[1], 3U);
}

TEST_F(AxiMemoryTest, WritesWhenTheResponseIsDueAndNotBefore) {
  AxiMemory memory = make();
  AxiMemory::Inputs both = write_address(16, 1);
  both.w_valid = both.w_last = true;
  both.w_data = 9;
  uint64_t now = 0;
  memory.step(both, now++);
  watch(memory, now, kWriteLatency - 2, response);
  EXPECT_EQ(ram.words_[2], 0U);
  memory.step({}, now++);
  EXPECT_TRUE(memory.outputs().b_valid);
  EXPECT_EQ(ram.words_[2], 9U);
}

TEST_F(AxiMemoryTest, ReportsARefusedWriteAndGoesOn) {
  AxiMemory memory = make();
  uint64_t now = 0;
  for (const uint64_t address : {kBytes, uint64_t{0}}) {
    AxiMemory::Inputs both = write_address(address, 1);
    both.w_valid = both.w_last = true;
    memory.step(both, now++);
  }
  std::vector<bool> errors;
  EXPECT_EQ(watch(memory, now, 20,
                  [&](const auto& out) {
                    if (out.b_valid) {
                      errors.push_back(out.b_error);
                    }
                    return out.b_valid;
                  }),
            (std::vector<uint64_t>{kWriteLatency, kWriteLatency + 1}));
  EXPECT_EQ(errors, (std::vector<bool>{true, false}));
}

TEST_F(AxiMemoryTest, RejectsALastBeatThatComesTooEarly) {
  AxiMemory memory = make();
  uint64_t now = 0;
  memory.step(write_address(0, 2), now++);
  EXPECT_THROW(
      {
        memory.step(write_data(1, true), now++);
        watch(memory, now, 10, response);
      },
      AxiProtocolError);
}

TEST_F(AxiMemoryTest, HoldsEveryOtherAddressBackByOneToSevenCycles) {
  AxiMemory memory = make(1);
  unsigned at_once = 0;
  unsigned held = 0;
  uint64_t now = 0;
  for (unsigned i = 0; i < 200; ++i) {
    unsigned waited = 0;
    while (!memory.outputs().ar_ready) {
      memory.step(read(0, 1), now++);
      ++waited;
    }
    memory.step(read(0, 1), now++);
    EXPECT_LE(waited, 7U);
    (waited == 0 ? at_once : held) += 1;
  }
  EXPECT_GT(at_once, 60U);
  EXPECT_GT(held, 60U);
}

TEST_F(AxiMemoryTest, StallsDependOnTheSeedAndTheHandshakeButNotOnWhenItHappens) {
  const auto pattern = [&](uint64_t seed, uint64_t pause) {
    AxiMemory memory = make(seed);
    std::vector<unsigned> waits;
    uint64_t now = 0;
    for (unsigned i = 0; i < 30; ++i) {
      watch(memory, now, pause, beat);
      unsigned waited = 0;
      while (!memory.outputs().w_ready) {
        memory.step(write_data(0, false), now++);
        ++waited;
      }
      memory.step(write_data(0, false), now++);
      waits.push_back(waited);
    }
    return waits;
  };
  EXPECT_EQ(pattern(1, 0), pattern(1, 13));
  EXPECT_NE(pattern(1, 0), pattern(2, 0));
}

TEST_F(AxiMemoryTest, DelaysABeatByItsStallAndKeepsTheOrder) {
  AxiMemory memory = make(5);
  uint64_t now = 0;
  AxiMemory::Inputs in = read(0, 16);
  while (!memory.outputs().ar_ready) {
    memory.step(in, now++);
  }
  const uint64_t handshake = now;
  memory.step(in, now++);
  const std::vector<uint64_t> beats = watch(memory, now, 200, beat);
  ASSERT_EQ(beats.size(), 16U);
  uint64_t earliest = handshake + kReadLatency;
  bool stalled = false;
  for (const uint64_t cycle : beats) {
    EXPECT_GE(cycle, earliest);
    EXPECT_LE(cycle, earliest + 7);
    stalled = stalled || cycle != earliest;
    earliest = cycle + 1;
  }
  EXPECT_TRUE(stalled);
}

TEST_F(AxiMemoryTest, SkippingItsQuietCyclesIsTheSameAsStepping) {
  AxiMemory stepped = make(3);
  AxiMemory skipped = make(3);
  uint64_t now = 0;
  for (AxiMemory* memory : {&stepped, &skipped}) {
    now = 0;
    for (unsigned i = 0; i < 8; ++i) {
      memory->step(read(0, 1), now++);
    }
  }
  for (unsigned i = 0; i < 100; ++i) {
    const uint64_t quiet = skipped.quiet_cycles();
    if (quiet == kForever) {
      break;
    }
    for (uint64_t cycle = 0; cycle < quiet; ++cycle) {
      EXPECT_FALSE(stepped.outputs().r_valid);
      stepped.step({}, now + cycle);
    }
    skipped.skip(quiet);
    now += quiet;
    EXPECT_EQ(stepped.outputs(), skipped.outputs());
    EXPECT_TRUE(skipped.outputs().r_valid);
    stepped.step({}, now);
    skipped.step({}, now++);
  }
  EXPECT_EQ(skipped.quiet_cycles(), kForever);
}

TEST_F(AxiMemoryTest, ForgetsEverythingOnReset) {
  AxiMemory memory = make(3);
  uint64_t now = 0;
  for (unsigned i = 0; i < 8; ++i) {
    memory.step(read(0, 1), now++);
  }
  memory.reset();
  EXPECT_EQ(memory.quiet_cycles(), kForever);
  EXPECT_EQ(memory.outputs(), make(3).outputs());
}

}  // namespace
}  // namespace photic::hw
