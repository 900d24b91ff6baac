// SPDX-License-Identifier: Apache-2.0
// Rounding and saturation of fixed-point numbers, one definition for models and host.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

namespace photic::numerics {

/// value / 2^shift rounded to the nearest integer, ties to the even one. `shift` is 0 to 62.
///
/// Half-even and not half-up: a tie rounded always the same way biases every sum of many results.
constexpr int64_t round_shift_half_even(int64_t value, unsigned shift) {
  if (shift == 0) {
    return value;
  }
  const int64_t quotient = value >> shift;  // towards minus infinity
  const auto remainder = static_cast<uint64_t>(value) & ((uint64_t{1} << shift) - 1);
  const uint64_t half = uint64_t{1} << (shift - 1);
  const bool up = remainder > half || (remainder == half && (quotient & 1) != 0);
  return quotient + (up ? 1 : 0);
}

/// `value` limited to the range of `Narrow`.
template <typename Narrow>
constexpr Narrow saturate(int64_t value) {
  static_assert(std::is_integral_v<Narrow> && sizeof(Narrow) <= 4);
  constexpr auto kLow = static_cast<int64_t>(std::numeric_limits<Narrow>::min());
  constexpr auto kHigh = static_cast<int64_t>(std::numeric_limits<Narrow>::max());
  return static_cast<Narrow>(value < kLow ? kLow : value > kHigh ? kHigh : value);
}

/// Integer square root: the largest r with r * r <= value.
constexpr uint32_t integer_sqrt(uint64_t value) {
  uint64_t root = 0;
  for (uint64_t bit = uint64_t{1} << 31; bit != 0; bit >>= 1) {
    const uint64_t trial = root | bit;
    if (trial * trial <= value) {
      root = trial;
    }
  }
  return static_cast<uint32_t>(root);
}

}  // namespace photic::numerics
