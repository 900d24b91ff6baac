// SPDX-License-Identifier: Apache-2.0
// Feature planes and mirror layouts against pictures drawn by hand and against direct coordinates.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "models/kernels/format.h"
#include "models/numerics/counter_random.h"

namespace photic::kernels {
namespace {

using abi::FeatureMode;
using abi::InputFormat;

TEST(Format, TakesTernaryCodesApart) {
  // Entries, first in the lowest bits: 0, +1, "negative zero", -1, +1.
  const uint64_t word = 0b01'11'10'01'00;
  EXPECT_EQ(plane_bits(InputFormat::T2, 1, 0, word), 0b10010u);
  EXPECT_EQ(plane_bits(InputFormat::T2, 1, 1, word), 0b01000u);
}

TEST(Format, TakesMagnitudesOfSignedBytes) {
  // 5, -3, -128, 127, 0, -1
  const uint64_t word = 0x00'00'FF'00'7F'80'FD'05;
  EXPECT_EQ(plane_bits(InputFormat::I8, 7, 0, word), 0b001001u);  // bit 0 of 5 and 127
  EXPECT_EQ(plane_bits(InputFormat::I8, 7, 2, word), 0b001001u);  // bit 2 of 5 and 127
  EXPECT_EQ(plane_bits(InputFormat::I8, 7, 7, word), 0b100010u);  // bit 0 of -3 and -1
  EXPECT_EQ(plane_bits(InputFormat::I8, 7, 8, word), 0b000010u);  // bit 1 of -3
  for (unsigned plane = 7; plane < 14; ++plane) {
    EXPECT_EQ(plane_bits(InputFormat::I8, 7, plane, word) & 0b100, 0u) << "-128 has seven low zeros";
  }
}

// Bit `plane` of entry `index`, read from bytes.
bool entry_bit(InputFormat format, unsigned planes, unsigned plane, const std::vector<uint64_t>& source,
               uint32_t index) {
  const unsigned bits = abi::bits_of(format);
  const uint64_t at = uint64_t{index} * bits;
  const auto code = static_cast<unsigned>((source[at / 64] >> (at % 64)) & ((1u << bits) - 1));
  switch (format) {
    case InputFormat::U1:
      return code == 1;
    case InputFormat::T2:
      return code == (plane == 0 ? 1u : 3u);
    case InputFormat::U8:
      return (code >> plane) % 2 == 1;
    case InputFormat::I8: {
      const int value = code < 128 ? static_cast<int>(code) : static_cast<int>(code) - 256;
      const bool wants_negative = plane >= planes;
      const unsigned bit = wants_negative ? plane - planes : plane;
      return (value < 0) == wants_negative && (static_cast<unsigned>(std::abs(value)) >> bit) % 2 == 1;
    }
  }
  return false;
}

TEST(Format, PlanesOfVectorsEqualEntriesReadOneByOne) {
  const numerics::CounterRandom random(3, 7);
  for (const InputFormat format : {InputFormat::U1, InputFormat::T2, InputFormat::U8, InputFormat::I8}) {
    for (const uint32_t features : {1u, 7u, 8u, 31u, 64u, 65u, 130u}) {
      std::vector<uint64_t> source((features * abi::bits_of(format) + 63) / 64);
      for (size_t i = 0; i < source.size(); ++i) {
        source[i] = random.bits(i, features);  // padding is random too
      }
      const unsigned planes = format == InputFormat::U8 ? 8 : format == InputFormat::I8 ? 7 : 1;
      const unsigned all = format == InputFormat::T2 || format == InputFormat::I8 ? 2 * planes : planes;
      for (unsigned plane = 0; plane < all; ++plane) {
        std::vector<uint64_t> bits((features + 63) / 64, ~uint64_t{0});
        plane_of_vector(format, planes, plane, features, source, bits);
        for (uint32_t f = 0; f < 64 * bits.size(); ++f) {
          const bool expected = f < features && entry_bit(format, planes, plane, source, f);
          ASSERT_EQ((bits[f / 64] >> (f % 64)) & 1, expected ? 1u : 0u)
              << name(format) << " plane " << plane << " entry " << f;
        }
      }
    }
  }
}

// The whole array as the incremental walk draws it.
std::vector<std::vector<bool>> drawn(const MirrorLayout& layout, const Pattern& pattern,
                                     const std::vector<uint64_t>& bits, uint32_t array_rows) {
  std::vector<std::vector<bool>> rows(array_rows, std::vector<bool>(layout.array_cols, pattern.outside));
  MirrorWalk walk;
  for (uint32_t r = 0; r < layout.rows; ++r) {
    for (uint32_t word = 0; word < layout.words_per_row(); ++word) {
      const uint16_t mirrors = mirror_word(layout, pattern, bits, word, walk);
      for (uint32_t i = 0; i < 16; ++i) {
        const bool lit = ((mirrors >> i) & 1) != 0;
        if (16 * word + i < layout.array_cols) {
          rows[layout.first_row + r][16 * word + i] = lit;
        } else {
          EXPECT_FALSE(lit) << "a column beyond the array";
        }
      }
    }
    end_row(layout, walk);
  }
  return rows;
}

std::string picture(const std::vector<bool>& row) {
  std::string text;
  for (const bool lit : row) {
    text += lit ? '#' : '.';
  }
  return text;
}

TEST(Format, LinesRunOnFromRowToRow) {
  MirrorLayout layout{
      .first_row = 1, .first_col = 2, .rows = 2, .cols = 7, .macro = 3, .features = 4, .array_cols = 12};
  const auto rows = drawn(layout, {FeatureMode::X, false}, {0b1101}, 4);
  EXPECT_EQ(picture(rows[0]), "............");
  EXPECT_EQ(picture(rows[1]), "..###...#...");  // features 0, 1, one mirror of 2
  EXPECT_EQ(picture(rows[2]), "..#####.....");  // two of 2, three of 3, outside
  EXPECT_EQ(picture(rows[3]), "............");
}

TEST(Format, SquaresRepeatTheirRows) {
  MirrorLayout layout{.first_row = 0,
                      .first_col = 1,
                      .rows = 5,
                      .cols = 6,
                      .macro = 2,
                      .features = 7,
                      .square = true,
                      .array_cols = 8};
  const auto rows = drawn(layout, {FeatureMode::NOT_X, true}, {0b1001'010}, 5);
  EXPECT_EQ(picture(rows[0]), "###..###");  // features 0, 1, 2 inverted, outside lit
  EXPECT_EQ(picture(rows[1]), "###..###");
  EXPECT_EQ(picture(rows[2]), "#..#####");  // features 3, 4, 5
  EXPECT_EQ(picture(rows[3]), "#..#####");
  EXPECT_EQ(picture(rows[4]), "#..#####");  // feature 6, then none
}

TEST(Format, ModesIgnoreTheFeaturesWhereTheyShould) {
  MirrorLayout layout{.rows = 1, .cols = 3, .features = 2, .array_cols = 4};
  EXPECT_EQ(picture(drawn(layout, {FeatureMode::ZERO, true}, {0b11}, 1)[0]), "..##");
  EXPECT_EQ(picture(drawn(layout, {FeatureMode::ONE, false}, {0}, 1)[0]), "##..");
}

// The feature at a mirror of the region, from coordinates alone.
std::optional<uint32_t> feature_at(const MirrorLayout& layout, uint32_t row, uint32_t col) {
  const uint32_t feature = layout.square
                               ? row / layout.macro * (layout.cols / layout.macro) + col / layout.macro
                               : (row * layout.cols + col) / layout.macro;
  return feature < layout.features ? std::optional(feature) : std::nullopt;
}

TEST(Format, WalkAndRunsEqualCoordinates) {
  constexpr uint32_t kRows = 40;
  constexpr uint32_t kCols = 149;
  const numerics::CounterRandom random(4, 7);
  for (uint64_t round = 0; round < 400; ++round) {
    const auto draw = [&](uint32_t bound, uint64_t lane) {
      return static_cast<uint32_t>(random.below(bound, round, lane));
    };
    MirrorLayout layout;
    layout.array_cols = kCols;
    layout.square = draw(2, 0) == 1;
    layout.macro = 1 + draw(draw(2, 1) == 0 ? 2 : 9, 2);
    layout.cols = layout.square ? layout.macro * (1 + draw(16, 3)) : 1 + draw(kCols, 3);
    layout.rows = 1 + draw(kRows, 4);
    layout.first_row = draw(kRows - layout.rows + 1, 5);
    layout.first_col = draw(kCols - layout.cols + 1, 6);
    const uint32_t mirrors = layout.rows * layout.cols;
    const uint32_t room =
        std::max(1u, layout.square ? layout.rows * (layout.cols / layout.macro) / layout.macro
                                   : mirrors / layout.macro);
    layout.features = 1 + draw(room, 7);
    std::vector<uint64_t> bits((layout.features + 63) / 64);
    for (size_t i = 0; i < bits.size(); ++i) {
      bits[i] = random.bits(i, 1000 + round);
    }
    if (layout.features % 64 != 0) {
      bits.back() &= (uint64_t{1} << (layout.features % 64)) - 1;
    }
    const Pattern pattern{static_cast<FeatureMode>(draw(4, 8)), draw(2, 9) == 1};

    std::vector<std::vector<bool>> runs(kRows, std::vector<bool>(kCols, pattern.outside));
    mirror_words(layout, pattern, bits, [&](uint32_t row, uint32_t word, uint16_t value) {
      for (uint32_t i = 0; i < 16 && 16 * word + i < kCols; ++i) {
        runs[row][16 * word + i] = ((value >> i) & 1) != 0;
      }
    });
    const auto walked = drawn(layout, pattern, bits, kRows);
    for (uint32_t row = 0; row < kRows; ++row) {
      std::vector<bool> expected(kCols, pattern.outside);
      for (uint32_t col = 0; col < kCols; ++col) {
        const bool inside = row >= layout.first_row && row < layout.first_row + layout.rows &&
                            col >= layout.first_col && col < layout.first_col + layout.cols;
        const auto f =
            inside ? feature_at(layout, row - layout.first_row, col - layout.first_col) : std::nullopt;
        if (f) {
          const bool bit = ((bits[*f / 64] >> (*f % 64)) & 1) != 0;
          expected[col] = pattern.features == FeatureMode::X       ? bit
                          : pattern.features == FeatureMode::NOT_X ? !bit
                                                                   : pattern.features == FeatureMode::ONE;
        }
      }
      ASSERT_EQ(picture(walked[row]), picture(expected)) << "walk, round " << round << " row " << row;
      ASSERT_EQ(picture(runs[row]), picture(expected)) << "runs, round " << round << " row " << row;
    }
  }
}

}  // namespace
}  // namespace photic::kernels
