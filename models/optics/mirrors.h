// SPDX-License-Identifier: Apache-2.0
// One layer of DMD memory, which costs only what was written to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace photic::optics {

/// Mirrors in rows; linear mirror index = row * cols + column. Rows not loaded since the last `fill` take no
/// time.
class MirrorLayer {
 public:
  MirrorLayer(uint32_t rows, uint32_t cols);

  /// Every mirror to `lit`; constant time.
  void fill(bool lit);
  /// 16 mirrors of a row; bits beyond the last column are ignored. Row and word must exist.
  void load(uint32_t row, uint32_t word, uint16_t mirrors);
  /// Takes the state of `other`, which has the same shape.
  void copy_from(const MirrorLayer& other);

  uint32_t rows() const { return rows_; }
  uint32_t words16() const { return (cols_ + 15) / 16; }
  uint64_t mirrors() const { return uint64_t{rows_} * cols_; }

  /// Where the mirrors change, in linear order, starting from dark: lit runs are [b0, b1), [b2, b3), ... An
  /// even number. False, with `boundaries` unspecified, if there are more than `most`.
  bool find_boundaries(size_t most, std::vector<uint64_t>& boundaries) const;
  /// All mirrors packed, mirror j at bit j % 64 of word j / 64, zero beyond the last.
  void pack(std::vector<uint64_t>& bits) const;

 private:
  const uint64_t* row_words(uint32_t row) const { return &words_[size_t{row} * words_per_row_]; }
  uint64_t* touch(uint32_t row);
  std::vector<uint32_t> sorted_loaded_rows() const;

  uint32_t rows_;
  uint32_t cols_;
  size_t words_per_row_;
  bool fill_ = false;
  uint64_t epoch_ = 1;                 // counts fills
  std::vector<uint64_t> row_epoch_;    // a row holds its own words if this equals epoch_
  std::vector<uint32_t> loaded_rows_;  // those rows, in order of first load
  std::vector<uint64_t> words_;        // columns beyond the last are zero
};

}  // namespace photic::optics
