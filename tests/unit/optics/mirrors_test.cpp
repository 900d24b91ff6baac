// SPDX-License-Identifier: Apache-2.0
// Mirror memory against the obvious array of bits.
#include "models/optics/mirrors.h"

#include <gtest/gtest.h>

#include "models/numerics/counter_random.h"

namespace photic::optics {
namespace {

std::vector<bool> unpack(const MirrorLayer& layer) {
  std::vector<uint64_t> bits;
  layer.pack(bits);
  std::vector<bool> mirrors;
  for (uint64_t i = 0; i < 64 * bits.size(); ++i) {
    mirrors.push_back(((bits[i / 64] >> (i % 64)) & 1) != 0);
  }
  for (uint64_t i = layer.mirrors(); i < mirrors.size(); ++i) {
    EXPECT_FALSE(mirrors[i]) << "beyond the last mirror";
  }
  mirrors.resize(layer.mirrors());
  return mirrors;
}

std::vector<bool> from_boundaries(const MirrorLayer& layer) {
  std::vector<uint64_t> boundaries;
  EXPECT_TRUE(layer.find_boundaries(1u << 20, boundaries));
  EXPECT_EQ(boundaries.size() % 2, 0u);
  std::vector<bool> mirrors(layer.mirrors(), false);
  for (size_t i = 0; i + 1 < boundaries.size(); i += 2) {
    EXPECT_LT(boundaries[i], boundaries[i + 1]);
    for (uint64_t j = boundaries[i]; j < boundaries[i + 1]; ++j) {
      mirrors[j] = true;
    }
  }
  return mirrors;
}

class MirrorShapes : public testing::TestWithParam<uint32_t> {};

TEST_P(MirrorShapes, HoldWhatWasWrittenHoweverItIsRead) {
  const uint32_t cols = GetParam();
  constexpr uint32_t kRows = 9;
  MirrorLayer layer(kRows, cols);
  std::vector<bool> expected(kRows * cols, false);
  const numerics::CounterRandom random(cols, 902);
  for (uint64_t step = 0; step < 300; ++step) {
    const uint64_t draw = random.bits(step);
    if (draw % 16 == 0) {
      layer.fill((draw & 16) != 0);
      std::fill(expected.begin(), expected.end(), (draw & 16) != 0);
    } else {
      const auto row = static_cast<uint32_t>((draw >> 8) % kRows);
      const auto word = static_cast<uint32_t>((draw >> 16) % layer.words16());
      const auto bits = static_cast<uint16_t>((draw & 32) != 0 ? draw >> 32 : (draw & 64) != 0 ? 0xFFFF : 0);
      layer.load(row, word, bits);
      for (uint32_t i = 0; i < 16 && 16 * word + i < cols; ++i) {
        expected[row * cols + 16 * word + i] = ((bits >> i) & 1) != 0;
      }
    }
    ASSERT_EQ(unpack(layer), expected) << "step " << step;
    ASSERT_EQ(from_boundaries(layer), expected) << "step " << step;
  }
  MirrorLayer copy(kRows, cols);
  copy.load(1, 0, 0xFFFF);
  copy.copy_from(layer);
  EXPECT_EQ(unpack(copy), expected);
}

INSTANTIATE_TEST_SUITE_P(Columns, MirrorShapes, testing::Values(1, 7, 16, 63, 64, 65, 100, 128, 131));

TEST(MirrorLayer, StopsLookingForBoundariesBeyondTheLimit) {
  MirrorLayer layer(2, 64);
  for (uint32_t word = 0; word < 4; ++word) {
    layer.load(0, word, 0x5555);
  }
  std::vector<uint64_t> boundaries;
  EXPECT_TRUE(layer.find_boundaries(64, boundaries));
  EXPECT_FALSE(layer.find_boundaries(63, boundaries));
}

}  // namespace
}  // namespace photic::optics
