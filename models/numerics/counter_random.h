// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: value = f(key, counter), no state, so any draw can be made again in any
// order.
#pragma once

#include <cstdint>

namespace photic::numerics {

/// 128 bits; bit 0 is the lowest bit of `lo`. In memory: little-endian, `lo` first, as an XMM register holds
/// it.
struct alignas(16) Block128 {
  uint64_t lo = 0;
  uint64_t hi = 0;
  friend constexpr bool operator==(const Block128&, const Block128&) = default;
};

constexpr Block128 operator^(Block128 a, Block128 b) {
  return {a.lo ^ b.lo, a.hi ^ b.hi};
}

/// One AES round, as the AESENC instruction does it: ShiftRows, SubBytes, MixColumns, then xor `key`
/// (FIPS 197; the same bits on every machine).
Block128 aes_round(Block128 state, Block128 key);

/// One last AES round, as AESENCLAST does it: no MixColumns.
Block128 aes_last_round(Block128 state, Block128 key);

/// Key increments between ARS rounds: golden ratio and sqrt(3)-1, as 64-bit fractions.
inline constexpr uint64_t kArsWeylLo = 0x9E3779B97F4A7C15;
inline constexpr uint64_t kArsWeylHi = 0xBB67AE8584CAA73B;

/// The ARS counter-based generator (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2,
/// 3", SC'11): AES rounds under a Weyl key schedule. 5 rounds pass BigCrush, 7 is the authors'
/// recommendation. The counter's 128 bits name the draw; `rounds` is at least 1.
Block128 ars(Block128 counter, Block128 key, unsigned rounds);

/// What a stream of draws is for; part of the key, so that streams of one seed never share a value.
/// Numbers below 256 belong to the models, the others to the host.
using Purpose = uint64_t;

/// The key of stream (`seed`, `purpose`).
Block128 stream_key(uint64_t seed, Purpose purpose);

/// A stream of 64-bit draws, addressed by index.
class CounterRandom {
 public:
  CounterRandom(uint64_t seed, Purpose purpose) : key_(stream_key(seed, purpose)) {}

  /// Draw `index` of sub-stream `lane`, 128 uniform bits.
  Block128 block(uint64_t index, uint64_t lane = 0) const { return ars({index, lane}, key_, 7); }
  /// Draw `index` of sub-stream `lane`, 64 uniform bits.
  uint64_t bits(uint64_t index, uint64_t lane = 0) const { return block(index, lane).lo; }
  /// Uniform in [0, bound), by multiplication; bias below bound / 2^64.
  uint64_t below(uint64_t bound, uint64_t index, uint64_t lane = 0) const;
  /// Uniform in [0, 1), a multiple of 2^-53, exact.
  double uniform(uint64_t index, uint64_t lane = 0) const {
    return static_cast<double>(bits(index, lane) >> 11) * 0x1p-53;
  }

 private:
  Block128 key_;
};

}  // namespace photic::numerics
