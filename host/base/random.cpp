// SPDX-License-Identifier: Apache-2.0
// Distributions drawn from the counter-based generator.
#include "host/base/random.h"

#include <cmath>
#include <numbers>

namespace photic::host {

float RandomStream::uniform(uint64_t index) const {
  return static_cast<float>(random_.bits(index, lane_) >> 40) * 0x1p-24f;
}

float RandomStream::normal(uint64_t index) const {
  const uint64_t bits = random_.bits(index, lane_);
  const double u = (static_cast<double>(bits >> 32) + 1.0) * 0x1p-32;  // (0, 1]: the logarithm stays finite
  const double v = static_cast<double>(bits & 0xFFFFFFFFu) * 0x1p-32;
  return static_cast<float>(std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v));
}

std::array<uint16_t, 8> RandomStream::shorts(uint64_t index) const {
  const numerics::Block128 block = random_.block(index, lane_);
  std::array<uint16_t, 8> values{};
  for (unsigned i = 0; i < 4; ++i) {
    values[i] = static_cast<uint16_t>(block.lo >> (16 * i));
    values[4 + i] = static_cast<uint16_t>(block.hi >> (16 * i));
  }
  return values;
}

}  // namespace photic::host
