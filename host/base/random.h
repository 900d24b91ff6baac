// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: a value is a pure function of (seed, stream, index), so any value can be
// drawn in any order, on any thread, again.
#pragma once

#include <cstdint>

namespace photic::host {

/// What a stream of random numbers is for. A stream id is the purpose in the top byte and the caller's
/// own number (layer, epoch, step) below it, so two purposes never share values.
enum class Purpose : uint8_t {
  kInit = 1,
  kShuffle = 2,
  kDropout = 3,
  kTernary = 4,
  kFeedback = 5,
  kNoise = 6
};

/// Stream id of `purpose` and a caller's number; the number's top byte is lost.
constexpr uint64_t stream_id(Purpose purpose, uint64_t number) {
  return (static_cast<uint64_t>(purpose) << 56) | (number & 0x00FF'FFFF'FFFF'FFFFull);
}

/// 64 random bits: Philox4x32-10 (Salmon et al., SC'11), key = seed, counter = (index, stream).
uint64_t random_bits(uint64_t seed, uint64_t stream, uint64_t index);

/// Uniform in [0, 1), a multiple of 2^-24.
float random_uniform(uint64_t seed, uint64_t stream, uint64_t index);

/// Uniform integer in [0, bound); `bound` must not be 0. The bias is below bound / 2^64.
uint64_t random_below(uint64_t seed, uint64_t stream, uint64_t index, uint64_t bound);

/// Standard normal (Box-Muller on the two halves of one draw).
float random_normal(uint64_t seed, uint64_t stream, uint64_t index);

}  // namespace photic::host
