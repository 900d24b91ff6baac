// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers against published vectors and their own promises.
#include "models/numerics/counter_random.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace photic::numerics {
namespace {

Block128 from_hex(const char* hex) {
  std::array<uint8_t, 16> bytes{};
  for (size_t i = 0; i < 16; ++i) {
    bytes[i] = static_cast<uint8_t>(std::stoul(std::string(hex + 2 * i, 2), nullptr, 16));
  }
  Block128 block;
  std::memcpy(&block, bytes.data(), 16);
  return block;
}

// FIPS 197, Appendix B: input and round keys of the worked example.
TEST(AesRound, EncryptsTheExampleOfFips197) {
  constexpr std::array<const char*, 11> kKeys = {
      "2b7e151628aed2a6abf7158809cf4f3c", "a0fafe1788542cb123a339392a6c7605",
      "f2c295f27a96b9435935807a7359f67f", "3d80477d4716fe3e1e237e446d7a883b",
      "ef44a541a8525b7fb671253bdb0bad00", "d4d1c6f87c839d87caf2b8bc11f915bc",
      "6d88a37a110b3efddbf98641ca0093fd", "4e54f70e5f5fc9f384a64fb24ea6dc4f",
      "ead27321b58dbad2312bf5607f8d292f", "ac7766f319fadc2128d12941575c006e",
      "d014f9a8c9ee2589e13f0cc8b6630ca6"};
  Block128 state = from_hex("3243f6a8885a308d313198a2e0370734") ^ from_hex(kKeys[0]);
  for (size_t round = 1; round < 10; ++round) {
    state = aes_round(state, from_hex(kKeys[round]));
  }
  EXPECT_EQ(aes_last_round(state, from_hex(kKeys[10])), from_hex("3925841d02dc09fbdc118597196a0b32"));
}

TEST(CounterRandom, GivesTheSameDrawForTheSameNameAndAnotherForAnyOtherName) {
  const CounterRandom random(7, 300);
  const uint64_t draw = random.bits(5, 2);
  EXPECT_EQ(CounterRandom(7, 300).bits(5, 2), draw);
  EXPECT_NE(CounterRandom(8, 300).bits(5, 2), draw);
  EXPECT_NE(CounterRandom(7, 301).bits(5, 2), draw);
  EXPECT_NE(random.bits(6, 2), draw);
  EXPECT_NE(random.bits(5, 3), draw);
}

TEST(CounterRandom, SetsEveryBitHalfOfTheTimeAndIndependentlyOfTheNextDraw) {
  constexpr int kDraws = 40000;
  const CounterRandom random(1, 300);
  // Standard error of a proportion near 1/2: 0.5 / sqrt(n); 5 of them for 64 bits, two ways.
  const double bound = 5 * 0.5 / std::sqrt(kDraws);
  for (int bit = 0; bit < 64; ++bit) {
    int set = 0;
    int same = 0;
    for (int i = 0; i < kDraws; ++i) {
      const uint64_t here = random.bits(static_cast<uint64_t>(i));
      const uint64_t next = random.bits(static_cast<uint64_t>(i) + 1);
      set += static_cast<int>((here >> bit) & 1);
      same += static_cast<int>((~(here ^ next) >> bit) & 1);
    }
    EXPECT_NEAR(static_cast<double>(set) / kDraws, 0.5, bound) << "bit " << bit;
    EXPECT_NEAR(static_cast<double>(same) / kDraws, 0.5, bound) << "bit " << bit;
    bit += 8;  // every ninth bit: all byte positions, a second's work
  }
}

TEST(CounterRandom, DrawsBelowABoundEvenlyAndNeverReachesIt) {
  constexpr int kDraws = 60000;
  const CounterRandom random(3, 300);
  std::array<int, 6> faces{};
  for (int i = 0; i < kDraws; ++i) {
    const uint64_t face = random.below(6, static_cast<uint64_t>(i));
    ASSERT_LT(face, 6u);
    ++faces[face];
  }
  for (const int count : faces) {
    EXPECT_NEAR(count, kDraws / 6.0, 5 * std::sqrt(kDraws * 5.0 / 36));  // five binomial standard deviations
  }
}

TEST(CounterRandom, DrawsUniformNumbersInTheUnitInterval) {
  constexpr int kDraws = 40000;
  const CounterRandom random(4, 300);
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double draw = random.uniform(static_cast<uint64_t>(i));
    ASSERT_GE(draw, 0);
    ASSERT_LT(draw, 1);
    sum += draw;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 5 / std::sqrt(12.0 * kDraws));
}

}  // namespace
}  // namespace photic::numerics
