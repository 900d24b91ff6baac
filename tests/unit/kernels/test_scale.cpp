// SPDX-License-Identifier: Apache-2.0
// Output scaling against 128-bit arithmetic that rounds by comparing remainders.
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <vector>

#include "models/kernels/scale.h"
#include "models/numerics/counter_random.h"

namespace photic::kernels {
namespace {

__extension__ using Wide = __int128;

Wide limit(Wide value, abi::OutputFormat format) {
  const int bits = static_cast<int>(abi::bits_of(format));
  const Wide low = abi::is_signed(format) ? -(Wide{1} << (bits - 1)) : 0;
  const Wide high = abi::is_signed(format) ? (Wide{1} << (bits - 1)) - 1 : (Wide{1} << bits) - 1;
  return value < low ? low : value > high ? high : value;
}

// The nearest integer to product / 2^shift, found without shifts of negative numbers; ties to even.
Wide nearest(Wide product, unsigned shift) {
  const Wide divisor = Wide{1} << shift;
  Wide floor = product / divisor;
  if (floor * divisor > product) {
    --floor;
  }
  const Wide twice = 2 * (product - floor * divisor);
  return twice > divisor || (twice == divisor && floor % 2 != 0) ? floor + 1 : floor;
}

std::vector<int32_t> interesting_sums() {
  std::vector<int32_t> sums{0,
                            1,
                            -1,
                            2,
                            -2,
                            3,
                            -3,
                            255,
                            256,
                            32767,
                            32768,
                            -32768,
                            -32769,
                            std::numeric_limits<int32_t>::max(),
                            std::numeric_limits<int32_t>::min()};
  const numerics::CounterRandom random(1, 7);
  for (uint64_t i = 0; i < 200; ++i) {
    sums.push_back(
        static_cast<int32_t>(static_cast<int64_t>(random.bits(i)) >> (32 + random.below(32, i, 1))));
  }
  return sums;
}

constexpr abi::OutputFormat kFormats[] = {abi::OutputFormat::U8, abi::OutputFormat::I16,
                                          abi::OutputFormat::I32};

TEST(Scale, RoundsTiesToTheEvenValue) {
  const OutputScaling halves{abi::OutputFormat::I16, 1, 1, false};
  EXPECT_EQ(scale_value(1, halves).value, 0);
  EXPECT_EQ(scale_value(3, halves).value, 2);
  EXPECT_EQ(scale_value(5, halves).value, 2);
  EXPECT_EQ(scale_value(-1, halves).value, 0);
  EXPECT_EQ(scale_value(-3, halves).value, -2);
  EXPECT_EQ(scale_value(-5, halves).value, -2);
}

TEST(Scale, ClipsToTheFormatAndSaysSo) {
  const OutputScaling bytes{abi::OutputFormat::U8, 1, 0, false};
  EXPECT_EQ(scale_value(255, bytes).value, 255);
  EXPECT_FALSE(scale_value(255, bytes).clipped);
  EXPECT_EQ(scale_value(256, bytes).value, 255);
  EXPECT_TRUE(scale_value(256, bytes).clipped);
  EXPECT_EQ(scale_value(-1, bytes).value, 0);
  EXPECT_TRUE(scale_value(-1, bytes).clipped);
}

TEST(Scale, EqualsExactArithmeticForEveryFormatScaleAndShift) {
  for (const abi::OutputFormat format : kFormats) {
    for (const uint16_t scale : {1, 2, 3, 255, 32768, 65535}) {
      for (uint8_t shift = 0; shift <= 31; ++shift) {
        const OutputScaling scaling{format, scale, shift, false};
        for (const int32_t sum : interesting_sums()) {
          const Wide exact = nearest(Wide{sum} * scale, shift);
          const ScaledValue scaled = scale_value(sum, scaling);
          ASSERT_TRUE(scaled.value == limit(exact, format)) << sum << " * " << scale << " >> " << int{shift};
          ASSERT_EQ(scaled.clipped, exact != limit(exact, format));
        }
      }
    }
  }
}

TEST(Scale, PacksTheValidValuesOfAGroup) {
  GroupSums sums;
  sums.re = {1, -2, 3, -4};
  sums.im = {5, -6, 7, -8};
  const ScaledGroup bytes = scale_group(sums, 3, {abi::OutputFormat::U8, 1, 0, false});
  EXPECT_EQ(bytes.words[0], 0x030001u);
  EXPECT_EQ(bytes.bytes, 3u);
  EXPECT_EQ(bytes.clipped, 1u);
  const ScaledGroup shorts = scale_group(sums, 2, {abi::OutputFormat::I16, 1, 0, true});
  EXPECT_EQ(shorts.words[0], 0xFFFA'FFFE'0005'0001u);
  EXPECT_EQ(shorts.bytes, 8u);
  const ScaledGroup words = scale_group(sums, 4, {abi::OutputFormat::I32, 2, 0, true});
  EXPECT_EQ(words.words[0], 0x0000'000A'0000'0002u);
  EXPECT_EQ(words.words[3], 0xFFFF'FFF0'FFFF'FFF8u);
  EXPECT_EQ(words.bytes, 32u);
}

// A vector laid out byte by byte from single values.
std::vector<uint64_t> packed(const std::vector<int32_t>& re, const std::vector<int32_t>& im,
                             const OutputScaling& scaling, uint64_t& clipped) {
  std::vector<unsigned char> bytes;
  const auto append = [&](int32_t sum) {
    const ScaledValue scaled = scale_value(sum, scaling);
    clipped += scaled.clipped ? 1 : 0;
    for (unsigned bit = 0; bit < abi::bits_of(scaling.format); bit += 8) {
      bytes.push_back(static_cast<unsigned char>(static_cast<uint32_t>(scaled.value) >> bit));
    }
  };
  for (size_t i = 0; i < re.size(); ++i) {
    append(re[i]);
    if (scaling.complex) {
      append(im[i]);
    }
  }
  bytes.resize((bytes.size() + 7) / 8 * 8);
  std::vector<uint64_t> words(bytes.size() / 8);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

TEST(Scale, WholeVectorsEqualSingleValuesAndArePaddedWithZeros) {
  std::vector<int32_t> re;
  std::vector<int32_t> small;
  const numerics::CounterRandom random(2, 7);
  for (uint64_t i = 0; i < 2051; ++i) {  // more than two blocks, and no multiple of anything
    re.push_back(static_cast<int32_t>(random.bits(i)));
    small.push_back(static_cast<int32_t>(random.below(60'000, i, 1)) - 30'000);
  }
  for (const std::vector<int32_t>& sums : {re, small}) {
    for (const abi::OutputFormat format : kFormats) {
      for (const bool complex : {false, true}) {
        for (const auto& [scale, shift] : {std::pair{1, 0}, {3, 1}, {40000, 13}, {65535, 31}}) {
          const OutputScaling scaling{format, static_cast<uint16_t>(scale), static_cast<uint8_t>(shift),
                                      complex};
          const std::vector<int32_t> im(sums.rbegin(), sums.rend());
          uint64_t clipped = 0;
          const std::vector<uint64_t> expected = packed(sums, im, scaling, clipped);
          std::vector<uint64_t> words(expected.size(), ~uint64_t{0});
          EXPECT_EQ(scale_vector(sums, complex ? std::span<const int32_t>(im) : std::span<const int32_t>(),
                                 scaling, words),
                    clipped);
          EXPECT_EQ(words, expected);
        }
      }
    }
  }
}

}  // namespace
}  // namespace photic::kernels
