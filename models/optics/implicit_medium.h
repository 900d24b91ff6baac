// SPDX-License-Identifier: Apache-2.0
// Independent entries made on the fly: counter-based signs, counted where mirrors are lit.
#pragma once

#include <array>
#include <vector>

#include "models/optics/medium.h"

namespace photic::optics {

/// T(i, j) = sum over planes p < entry_bits of weight(p) * s(i, p, j), real and imaginary part from planes of
/// their own, s = +1 or -1 independent and fair. Weights are entry_bits, entry_bits + 1, ..., 2 entry_bits -
/// 1: near equal, so the sum nears a Gaussian (excess kurtosis about -2.3 / entry_bits), and unequal, so it
/// takes many values. One plane gives signs: then only the field, a sum over many mirrors, is Gaussian.
///
/// Signs of 128 mirrors are three AES rounds of (whitened mirror counter) xor (whitened pixel and plane
/// counter); the whitening is ARS-7. Cost of a projection: entry_bits * 2 * pixels * mirrors / 512 vectors of
/// AES; memory: one bit a mirror.
class ImplicitMedium : public Medium {
 public:
  ImplicitMedium(const BenchConfig& config, uint32_t index, const Workers& workers);

  void project(std::span<const uint64_t> lit, uint64_t first_pixel, size_t count, int32_t* re,
               int32_t* im) const override;
  Entry entry(uint64_t pixel, uint64_t mirror) const override;
  uint64_t entry_variance() const override;
  bool additive() const override { return true; }

  /// The AES block of signs of `plane` (real parts first, then imaginary) for mirrors [128 * word, 128 * word
  /// + 128); a set bit is +1.
  Block128 signs(uint64_t pixel, unsigned plane, uint64_t word) const;
  unsigned planes() const { return 2 * entry_bits_; }
  int32_t weight(unsigned plane) const { return static_cast<int32_t>(entry_bits_ + plane % entry_bits_); }

 private:
  const Workers& workers_;
  unsigned entry_bits_;
  uint32_t index_;
  Block128 pixel_key_;
  std::array<Block128, kSignRounds> round_keys_;
  std::vector<Block512> whitening_;
};

}  // namespace photic::optics
