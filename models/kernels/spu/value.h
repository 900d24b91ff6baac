// SPDX-License-Identifier: Apache-2.0
// Numbers of the spiking processing unit: saturation and decay. docs/reference/spu-device.md 1 and 2.6.
#pragma once

#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/numerics.h"

namespace photic::kernels::spu {

inline constexpr int32_t kValueMax = (int32_t{1} << (abi::kSpuValueBits - 1)) - 1;
inline constexpr int32_t kValueMin = -kValueMax - 1;
inline constexpr int32_t kPayloadMax = (int32_t{1} << (abi::kSpuPayloadBits - 1)) - 1;
inline constexpr int32_t kPayloadMin = -kPayloadMax - 1;

/// A number limited to a range, and whether that changed it: one saturation.
struct Clipped {
  int32_t value = 0;
  bool saturated = false;
  friend bool operator==(const Clipped&, const Clipped&) = default;
};

constexpr Clipped clip(int64_t value, int32_t low, int32_t high) {
  return {static_cast<int32_t>(value < low ? low : value > high ? high : value), value < low || value > high};
}

/// Limits to kSpuValueBits bits.
constexpr Clipped sat24(int64_t value) {
  return clip(value, kValueMin, kValueMax);
}

/// Limits to kSpuPayloadBits bits.
constexpr Clipped sat16(int64_t value) {
  return clip(value, kPayloadMin, kPayloadMax);
}

/// The low kSpuValueBits bits as a signed number.
constexpr int32_t low24(uint32_t value) {
  constexpr unsigned kShift = 32 - abi::kSpuValueBits;
  return static_cast<int32_t>(value << kShift) >> kShift;
}

/// dec(x, d, r): x (1 - d / 2^12), rounded. `x` has 24 bits, `d` 13, `random` 12, used by STOCHASTIC only.
/// A rounding that is none of the enumeration is taken as FLOOR.
constexpr int32_t decay(int32_t x, uint32_t d, abi::SpuRounding rounding, uint32_t random) {
  const int64_t keep = int64_t{abi::kSpuDecayOne} - d;
  switch (rounding) {
    case abi::SpuRounding::TOWARD_ZERO:
      return static_cast<int32_t>(x < 0 ? -((-x * keep) >> abi::kSpuDecayShift)
                                        : (x * keep) >> abi::kSpuDecayShift);
    case abi::SpuRounding::FLOOR:
      break;
    case abi::SpuRounding::STOCHASTIC:
      return static_cast<int32_t>((x * keep + random) >> abi::kSpuDecayShift);
  }
  return static_cast<int32_t>((x * keep) >> abi::kSpuDecayShift);
}

}  // namespace photic::kernels::spu
