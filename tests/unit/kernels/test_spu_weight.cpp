// SPDX-License-Identifier: Apache-2.0
// Weights: every code and width, what packets make of them, and whole rows in vectors.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "models/kernels/spu/simd/kernels.h"

namespace photic::kernels::spu {
namespace {

using abi::SpuWeightBits;
using abi::SpuWeightCode;

constexpr SpuWeightBits kBits[] = {SpuWeightBits::W1, SpuWeightBits::W2, SpuWeightBits::W4,
                                   SpuWeightBits::W8};
constexpr SpuWeightCode kCodes[] = {SpuWeightCode::SIGNED, SpuWeightCode::UNSIGNED, SpuWeightCode::NEGATIVE,
                                    SpuWeightCode::BIPOLAR};

std::vector<int32_t> weights(SpuWeightBits bits, SpuWeightCode code, bool align = false) {
  std::vector<int32_t> all;
  for (uint32_t c = 0; c < 1u << weight_bits(bits); ++c) {
    all.push_back(weight_format(bits, code, align).weight(c));
  }
  return all;
}

using Values = std::vector<int32_t>;

TEST(SpuWeight, StandsForWhatItsCodeSays) {
  EXPECT_EQ(weights(SpuWeightBits::W1, SpuWeightCode::SIGNED), (Values{0, -1}));
  EXPECT_EQ(weights(SpuWeightBits::W1, SpuWeightCode::UNSIGNED), (Values{0, 1}));
  EXPECT_EQ(weights(SpuWeightBits::W1, SpuWeightCode::NEGATIVE), (Values{0, -1}));
  EXPECT_EQ(weights(SpuWeightBits::W1, SpuWeightCode::BIPOLAR), (Values{-1, 1}));
  EXPECT_EQ(weights(SpuWeightBits::W2, SpuWeightCode::SIGNED), (Values{0, 1, -2, -1}));
  EXPECT_EQ(weights(SpuWeightBits::W2, SpuWeightCode::BIPOLAR), (Values{-3, -1, 1, 3}));
  EXPECT_EQ(weights(SpuWeightBits::W2, SpuWeightCode::SIGNED, true), (Values{0, 64, -128, -64}));
  EXPECT_EQ(weights(SpuWeightBits::W1, SpuWeightCode::BIPOLAR, true), (Values{-128, 128}));
  EXPECT_EQ(weights(SpuWeightBits::W4, SpuWeightCode::NEGATIVE)[15], -15);
  EXPECT_EQ(weights(SpuWeightBits::W4, SpuWeightCode::UNSIGNED, true)[15], 240);
  EXPECT_EQ(weights(SpuWeightBits::W8, SpuWeightCode::SIGNED)[128], -128);
  EXPECT_EQ(weights(SpuWeightBits::W8, SpuWeightCode::SIGNED, true)[255], -1);
  EXPECT_EQ(weights(SpuWeightBits::W8, SpuWeightCode::BIPOLAR)[0], -255);
  EXPECT_EQ(weights(SpuWeightBits::W8, SpuWeightCode::BIPOLAR)[255], 255);
}

TEST(SpuWeight, ScalesByPowersOfTwoAndClipsOnce) {
  EXPECT_EQ(contribution(1, -3, 0), (Clipped{-3, false}));
  EXPECT_EQ(contribution(1, -3, -1), (Clipped{-2, false})) << "arithmetic shift";
  EXPECT_EQ(contribution(-1, 1, -8), (Clipped{-1, false}));
  EXPECT_EQ(contribution(32767, 255, 0), (Clipped{8355585, false}));
  EXPECT_EQ(contribution(32767, 255, 1), (Clipped{8388607, true}));
  EXPECT_EQ(contribution(-32768, 255, 7), (Clipped{-8388608, true}));
  EXPECT_EQ(contribution(-32768, 2, 7), (Clipped{-8388608, false}));
}

TEST(SpuWeight, LiesLowBitsFirst) {
  const uint64_t row[] = {0xFEDC'BA98'7654'3210, 0x1};
  EXPECT_EQ(stored_weight(row, 0, 4), 0u);
  EXPECT_EQ(stored_weight(row, 5, 4), 5u);
  EXPECT_EQ(stored_weight(row, 16, 4), 1u);
  EXPECT_EQ(stored_weight(row, 7, 8), 0xFEu);
  EXPECT_EQ(stored_weight(row, 2, 2), 1u);
  EXPECT_EQ(stored_weight(row, 64, 1), 1u);
}

class SpuRow : public testing::TestWithParam<Simd> {};

TEST_P(SpuRow, AddsWhatItsWeightsAddOneByOne) {
  if (!has_simd(GetParam())) {
    GTEST_SKIP() << "skipped: this processor has not this instruction set";
  }
  const Kernels& loops = kernels_for(GetParam());
  std::mt19937_64 random(4);
  for (uint32_t round = 0; round < 4000; ++round) {
    const uint32_t n = static_cast<uint32_t>(random() % 200);
    const WeightFormat format = weight_format(kBits[random() % 4], kCodes[random() % 4], random() % 2 != 0);
    const auto payload =
        static_cast<int32_t>(random() % 3 == 0 ? 1 : static_cast<int64_t>(random() % 65536) - 32768);
    const auto exponent = static_cast<int32_t>(random() % 16) - 8;
    std::vector<uint64_t> words(n / 8 + 4);
    for (uint64_t& word : words) {
      word = random();
    }
    std::vector<int32_t> sums(n + kOverrun);
    for (int32_t& sum : sums) {
      sum = static_cast<int32_t>(random());
    }
    std::vector<int32_t> expected = sums;
    uint32_t clipped = 0;
    for (uint32_t i = 0; i < n; ++i) {
      const Clipped added =
          contribution(payload, format.weight(stored_weight(words, i, format.bits)), exponent);
      expected[i] =
          static_cast<int32_t>(static_cast<uint32_t>(expected[i]) + static_cast<uint32_t>(added.value));
      clipped += added.saturated ? 1 : 0;
    }
    std::vector<uint8_t> unpacked(256 + kOverrun);
    const auto* stored = reinterpret_cast<const uint8_t*>(words.data());
    if (format.bits != 8) {
      loops.unpack(words.data(), n, format.bits, unpacked.data());
      stored = unpacked.data();
    }
    ASSERT_EQ(loops.add_row(stored, n, addend_of(format, payload, exponent), sums.data()), clipped)
        << "payload " << payload << " exponent " << exponent << " bits " << format.bits;
    ASSERT_EQ(sums, expected) << "payload " << payload << " exponent " << exponent << " bits " << format.bits;
  }
}

TEST_P(SpuRow, AddsOneNumberToMany) {
  if (!has_simd(GetParam())) {
    GTEST_SKIP() << "skipped: this processor has not this instruction set";
  }
  std::vector<int32_t> sums = {1, 0x7FFF'FFFF, -5, 4};
  kernels_for(GetParam()).add_constant(2, 3, sums.data());
  EXPECT_EQ(sums, (std::vector<int32_t>{3, -0x7FFF'FFFF, -3, 4}));
}

INSTANTIATE_TEST_SUITE_P(Tables, SpuRow,
                         testing::Values(Simd::Portable, Simd::Avx2, Simd::Avx512, Simd::Best));

}  // namespace
}  // namespace photic::kernels::spu
