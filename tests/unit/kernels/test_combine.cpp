// SPDX-License-Identifier: Apache-2.0
// The combiner's sums against 64-bit arithmetic.
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "models/kernels/combine.h"

namespace photic::kernels {
namespace {

TEST(Combine, AddsWeightedCountsOfFourPixels) {
  const GroupSums start = start_group(-3, {1, 2, 3, 4095});
  const GroupSums sums = combine_group(start, 30, -26, {10, 0, 4095, 1});
  EXPECT_EQ(sums.re, (std::array<int32_t, 4>{297, -6, 122841, -12255}));
  EXPECT_EQ(sums.im, (std::array<int32_t, 4>{-260, 0, -106470, -26}));
}

TEST(Combine, HoldsTheLargestSumThatCommandsCanReach) {
  GroupSums sums;
  for (int step = 0; step < 2; ++step) {
    for (int plane = 0; plane < 8; ++plane) {
      sums = combine_group(sums, 30 << plane, 0, {4095, 4095, 4095, 4095});
    }
  }
  EXPECT_EQ(sums.re[3], 2 * 30 * 255 * 4095);
}

TEST(Combine, WholeRowsEqualGroups) {
  const std::vector<uint16_t> first{0, 1, 4095, 17, 255, 4095, 3, 9, 100};
  const std::vector<uint16_t> second{4095, 0, 1, 2, 3, 4, 5, 6, 7};
  std::vector<int32_t> row(first.size());
  start_sums(row, -255, first);
  add_frame(row, -15 * 128, second);
  for (size_t i = 0; i < row.size(); ++i) {
    EXPECT_EQ(row[i], -255 * first[i] - 15 * 128 * second[i]);
    const GroupSums group =
        combine_group(start_group(-255, {first[i], 0, 0, 0}), -15 * 128, 0, {second[i], 0, 0, 0});
    EXPECT_EQ(row[i], group.re[0]);
  }
}

TEST(Combine, CalibrationRoundsTheMeanHalfUp) {
  EXPECT_EQ(calibration_mean(7, 1), 7);
  EXPECT_EQ(calibration_mean(7, 2), 4);
  EXPECT_EQ(calibration_mean(6, 4), 2);
  EXPECT_EQ(calibration_mean(5, 4), 1);
  EXPECT_EQ(calibration_mean(16 * 4095, 16), 4095);
}

TEST(Combine, CountsPixelsAtFullScaleOnly) {
  const std::vector<uint16_t> counts{255, 254, 256, 255, 0};
  EXPECT_EQ(pixel_statistics(counts, 255).saturated, 2u);
  EXPECT_EQ(pixel_statistics(counts, 4095).saturated, 0u);
}

TEST(Combine, CallsAFrameDarkOnlyIfEveryPixelIsZero) {
  std::vector<uint16_t> counts(37, 0);
  EXPECT_TRUE(pixel_statistics(counts, 255).dark);
  counts.back() = 1;
  EXPECT_FALSE(pixel_statistics(counts, 255).dark);
}

}  // namespace
}  // namespace photic::kernels
