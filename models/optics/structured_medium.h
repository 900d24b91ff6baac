// SPDX-License-Identifier: Apache-2.0
// Random-looking entries from random signs and fast Walsh-Hadamard transforms: n log n instead of n squared.
#pragma once

#include <cstdint>
#include <vector>

#include "models/optics/aligned_buffer.h"
#include "models/optics/medium.h"

namespace photic::optics {

/// Field = round(H D3 round(H D2 H D1 x)), n = the power of two from max(mirrors, 1024). D1, D2 are diagonals
/// of random signs, D3 of random phases (s + i s') with two random signs; H is the unnormalised transform of
/// +1 and -1. Pixels come in groups of n, each with a D3 of its own. Integers modulo 2^32; `round` is floor(v
/// / 2^k + 1/2) with k chosen so that an entry has standard deviation 64. Rounding makes the field of a union
/// differ from the sum of fields by about a unit, which is why this medium is not `additive`, and why `entry`
/// is the field of one lit mirror.
class StructuredMedium : public Medium {
 public:
  StructuredMedium(const BenchConfig& config, uint32_t index, const Workers& workers);

  void project(std::span<const uint64_t> lit, uint64_t first_pixel, size_t count, int32_t* re,
               int32_t* im) const override;
  uint64_t entry_variance() const override { return uint64_t{1} << (2 * kEntryBits); }
  bool additive() const override { return false; }

  /// n.
  size_t length() const { return rows_ * cols_; }

 private:
  static constexpr unsigned kEntryBits = 6;  // log2 of an entry's standard deviation

  std::vector<uint32_t> diagonal(uint32_t which) const;
  void mix(std::span<const uint64_t> lit, int32_t* mixed) const;
  void transform_columns(uint64_t group, uint64_t first_pixel, size_t count, int32_t* re, int32_t* im) const;

  const Workers& workers_;
  Block128 key_;
  uint32_t index_;
  size_t rows_;  // the n numbers as a matrix, so that each half of a transform stays in cache
  size_t cols_;
  unsigned inner_shift_;
  unsigned outer_shift_;
  std::vector<uint32_t> first_signs_;
  std::vector<uint32_t> second_signs_;
  std::vector<std::vector<uint32_t>> phase_signs_;  // for each group: real, imaginary
  // Scratch: megabytes that would cost as much to allocate as to transform.
  mutable AlignedBuffer<int32_t> mixed_;
  mutable AlignedBuffer<int32_t> phased_;
};

}  // namespace photic::optics
