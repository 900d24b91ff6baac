// SPDX-License-Identifier: Apache-2.0
// Rounding and saturation at their corners.
#include "models/numerics/rounding.h"

#include <gtest/gtest.h>

namespace photic::numerics {
namespace {

TEST(RoundShift, TakesTiesToTheEvenNeighbourOnBothSidesOfZero) {
  EXPECT_EQ(round_shift_half_even(1, 1), 0);
  EXPECT_EQ(round_shift_half_even(3, 1), 2);
  EXPECT_EQ(round_shift_half_even(5, 1), 2);
  EXPECT_EQ(round_shift_half_even(-1, 1), 0);
  EXPECT_EQ(round_shift_half_even(-3, 1), -2);
  EXPECT_EQ(round_shift_half_even(-5, 1), -2);
}

TEST(RoundShift, TakesTheNearerNeighbourOtherwise) {
  EXPECT_EQ(round_shift_half_even(11, 3), 1);
  EXPECT_EQ(round_shift_half_even(13, 3), 2);
  EXPECT_EQ(round_shift_half_even(-11, 3), -1);
  EXPECT_EQ(round_shift_half_even(-13, 3), -2);
  EXPECT_EQ(round_shift_half_even(-13, 0), -13);
}

TEST(Saturate, KeepsWhatFitsAndLimitsTheRest) {
  EXPECT_EQ(saturate<int8_t>(127), 127);
  EXPECT_EQ(saturate<int8_t>(128), 127);
  EXPECT_EQ(saturate<int8_t>(-129), -128);
  EXPECT_EQ(saturate<uint16_t>(-1), 0);
  EXPECT_EQ(saturate<uint16_t>(65536), 65535);
}

TEST(IntegerSqrt, IsTheLargestRootNotAboveTheValue) {
  EXPECT_EQ(integer_sqrt(0), 0u);
  EXPECT_EQ(integer_sqrt(15), 3u);
  EXPECT_EQ(integer_sqrt(16), 4u);
  EXPECT_EQ(integer_sqrt(~uint64_t{0}), 0xFFFFFFFFu);
}

}  // namespace
}  // namespace photic::numerics
