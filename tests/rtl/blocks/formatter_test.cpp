// SPDX-License-Identifier: Apache-2.0
// photic_formatter, word by word, against a walk from mirror to mirror.
#include <gtest/gtest.h>
#include <verilated.h>

#include <random>
#include <vector>

#include "drivers/abi/schemes.h"
#include "Vphotic_formatter.h"

namespace photic::verilated {
namespace {

constexpr uint32_t kMirrors = 16;

// One row of mirrors, and how it is to be shown.
struct Row {
  uint32_t columns = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t macro = 1;
  uint32_t features = 0;
  uint32_t feature = 0;  // of the first mirror in the region
  uint32_t shown = 0;    // mirrors of it in rows before
  abi::FeatureMode mode = abi::FeatureMode::X;
  bool outside = false;
  std::vector<bool> bits;
};

bool feature_shows(const Row& row, uint32_t feature) {
  switch (row.mode) {
    case abi::FeatureMode::X:
      return row.bits[feature];
    case abi::FeatureMode::NOT_X:
      return !row.bits[feature];
    case abi::FeatureMode::ZERO:
      return false;
    case abi::FeatureMode::ONE:
      return true;
  }
  return false;
}

std::vector<bool> walk(Row& row) {
  std::vector<bool> mirrors((row.columns + kMirrors - 1) / kMirrors * kMirrors, false);
  for (uint32_t column = 0; column < row.columns; ++column) {
    mirrors[column] = row.outside;
    if (column < row.begin || column >= row.end) {
      continue;
    }
    if (row.feature < row.features) {
      mirrors[column] = feature_shows(row, row.feature);
    }
    if (++row.shown == row.macro) {
      row.shown = 0;
      ++row.feature;
    }
  }
  return mirrors;
}

Row random_row(std::mt19937& random) {
  const auto between = [&](uint32_t least, uint32_t most) { return least + random() % (most - least + 1); };
  Row row;
  row.columns = between(1, 100);
  row.begin = between(0, row.columns - 1);
  row.end = between(row.begin + 1, row.columns);
  row.macro = between(1, between(0, 1) == 0 ? 3 : 40);
  row.features = between(1, 80);
  row.feature = between(0, 60);
  row.shown = between(0, row.macro - 1);
  row.mode = static_cast<abi::FeatureMode>(between(0, 3));
  row.outside = between(0, 1) == 1;
  for (uint32_t i = 0; i < row.features; ++i) {
    row.bits.push_back(between(0, 1) == 1);
  }
  return row;
}

TEST(Formatter, LaysOutEveryRowAsTheWalkDoes) {
  VerilatedContext context;
  Vphotic_formatter top(&context, "formatter");
  std::mt19937 random(3);
  for (unsigned round = 0; round < 3000; ++round) {
    Row row = random_row(random);
    top.columns_i = row.columns;
    top.region_begin_i = row.begin;
    top.region_end_i = row.end;
    top.macro_i = row.macro;
    top.features_i = row.features;
    top.mode_i = static_cast<uint8_t>(row.mode);
    top.outside_i = row.outside;
    top.feature_i = row.feature;
    top.shown_i = row.shown;
    const std::vector<bool> expected = walk(row);
    for (uint32_t column = 0; column < row.columns; column += kMirrors) {
      uint32_t window = 0;
      for (uint32_t i = 0; i < kMirrors && top.feature_i + i < row.features; ++i) {
        window |= uint32_t{row.bits[top.feature_i + i]} << i;
      }
      top.column_i = column;
      top.window_i = window;
      top.eval();
      for (uint32_t i = 0; i < kMirrors; ++i) {
        ASSERT_EQ(top.mirrors_o >> i & 1, expected[column + i])
            << "round " << round << ", column " << column + i;
      }
      top.feature_i = top.feature_o;
      top.shown_i = top.shown_o;
    }
    ASSERT_EQ(top.feature_o, row.feature) << "round " << round;
    ASSERT_EQ(top.shown_o, row.shown) << "round " << round;
  }
  top.final();
}

}  // namespace
}  // namespace photic::verilated
