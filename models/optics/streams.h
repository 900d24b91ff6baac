// SPDX-License-Identifier: Apache-2.0
// What each random stream of a bench is for.
#pragma once

#include "models/numerics/counter_random.h"

namespace photic::optics {

inline constexpr numerics::Purpose kWhiteningStream = 1;  ///< one block for 128 mirrors
inline constexpr numerics::Purpose kPixelStream = 2;      ///< one block for a sign plane of a pixel
inline constexpr numerics::Purpose kRoundKeyStream = 3;
inline constexpr numerics::Purpose kDiagonalStream = 4;  ///< signs of the structured medium
inline constexpr numerics::Purpose kNoiseStream = 5;
inline constexpr numerics::Purpose kLaserStream = 6;
inline constexpr numerics::Purpose kDeadPixelStream = 7;

}  // namespace photic::optics
