// SPDX-License-Identifier: Apache-2.0
// The mixer behind stochastic rounding: a function of seed, core, neuron and step.
#pragma once

#include <cstdint>

#include "drivers/abi/numerics.h"

namespace photic::kernels::spu {

/// 12 random bits for each decay of a neuron's update.
struct Randoms {
  uint32_t current = 0;
  uint32_t voltage = 0;
  uint32_t adaptation = 0;
  friend bool operator==(const Randoms&, const Randoms&) = default;
};

/// (ru, rv, ra) of docs/reference/spu-device.md 2.6. `seed` is SPU_SEED, `step` the step's number.
constexpr Randoms randoms(uint32_t seed, uint32_t core, uint32_t neuron, uint32_t step) {
  constexpr uint32_t kMask = (1u << 24) - 1;
  uint32_t p = step & kMask;
  uint32_t q = ((core << 16) + neuron) & kMask;
  for (uint32_t round = 0; round < abi::kSpuRandomRounds; ++round) {
    const uint32_t key = (round % 2 == 0 ? seed : seed >> 8) + round * abi::kSpuRandomConstant;
    p = ((((p >> 8) | (p << 16)) + q) ^ key) & kMask;
    q = (((q << 3) | (q >> 21)) ^ p) & kMask;
  }
  return {p & 0xFFF, p >> 12, q & 0xFFF};
}

}  // namespace photic::kernels::spu
