// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 and the distributions drawn from it.
#include "host/base/random.h"

#include <cmath>
#include <numbers>

namespace photic::host {

uint64_t random_bits(uint64_t seed, uint64_t stream, uint64_t index) {
  uint32_t c0 = static_cast<uint32_t>(index), c1 = static_cast<uint32_t>(index >> 32);
  uint32_t c2 = static_cast<uint32_t>(stream), c3 = static_cast<uint32_t>(stream >> 32);
  uint32_t k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = 0xD2511F53ull * c0;
    const uint64_t p1 = 0xCD9E8D57ull * c2;
    c0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<uint32_t>(p1);
    c2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<uint32_t>(p0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return (static_cast<uint64_t>(c1) << 32) | c0;
}

float random_uniform(uint64_t seed, uint64_t stream, uint64_t index) {
  return static_cast<float>(random_bits(seed, stream, index) >> 40) * 0x1p-24f;
}

uint64_t random_below(uint64_t seed, uint64_t stream, uint64_t index, uint64_t bound) {
  const uint64_t bits = random_bits(seed, stream, index);
  // High word of the 128-bit product, from 32-bit halves: ISO C++ has no wider type.
  const uint64_t low = (bits & 0xFFFFFFFFu) * (bound & 0xFFFFFFFFu);
  const uint64_t mid1 = (bits >> 32) * (bound & 0xFFFFFFFFu) + (low >> 32);
  const uint64_t mid2 = (bits & 0xFFFFFFFFu) * (bound >> 32) + (mid1 & 0xFFFFFFFFu);
  return (bits >> 32) * (bound >> 32) + (mid1 >> 32) + (mid2 >> 32);
}

float random_normal(uint64_t seed, uint64_t stream, uint64_t index) {
  const uint64_t bits = random_bits(seed, stream, index);
  const double u = (static_cast<double>(bits >> 32) + 1.0) * 0x1p-32;  // (0, 1]: the logarithm stays finite
  const double v = static_cast<double>(bits & 0xFFFFFFFFu) * 0x1p-32;
  return static_cast<float>(std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v));
}

}  // namespace photic::host
