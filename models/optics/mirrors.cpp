// SPDX-License-Identifier: Apache-2.0
// Lazily filled mirror rows, and their two readings: boundaries of runs, and packed bits.
#include "models/optics/mirrors.h"

#include <algorithm>
#include <bit>

namespace photic::optics {
namespace {

constexpr uint64_t low_bits(uint64_t count) {
  return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}

// Overwrites `count` (1 to 64) bits at bit position `at`.
void store_bits(uint64_t* words, uint64_t at, uint64_t value, uint64_t count) {
  const uint64_t offset = at % 64;
  uint64_t* const word = words + at / 64;
  const uint64_t mask = low_bits(count);
  word[0] = (word[0] & ~(mask << offset)) | ((value & mask) << offset);
  if (offset + count > 64) {
    const uint64_t spilled = offset + count - 64;
    word[1] = (word[1] & ~low_bits(spilled)) | ((value & mask) >> (count - spilled));
  }
}

// Collects the places where a bit sequence changes.
class BoundaryScan {
 public:
  BoundaryScan(size_t most, std::vector<uint64_t>& found) : most_(most), found_(found) { found_.clear(); }

  void uniform(uint64_t at, bool lit) {
    if (lit != (state_ != 0)) {
      found_.push_back(at);
      state_ = lit ? 1 : 0;
    }
  }
  void word(uint64_t at, uint64_t bits, uint64_t count) {
    uint64_t changes = (bits ^ ((bits << 1) | state_)) & low_bits(count);
    while (changes != 0) {
      found_.push_back(at + static_cast<uint64_t>(std::countr_zero(changes)));
      changes &= changes - 1;
    }
    state_ = (bits >> (count - 1)) & 1;
  }
  bool fits() const { return found_.size() <= most_; }

 private:
  size_t most_;
  std::vector<uint64_t>& found_;
  uint64_t state_ = 0;
};

}  // namespace

MirrorLayer::MirrorLayer(uint32_t rows, uint32_t cols)
    : rows_(rows),
      cols_(cols),
      words_per_row_((cols + 63) / 64),
      row_epoch_(rows, 0),
      words_(size_t{rows} * words_per_row_, 0) {}

void MirrorLayer::fill(bool lit) {
  fill_ = lit;
  ++epoch_;
  loaded_rows_.clear();
}

uint64_t* MirrorLayer::touch(uint32_t row) {
  uint64_t* const words = &words_[size_t{row} * words_per_row_];
  if (row_epoch_[row] != epoch_) {
    row_epoch_[row] = epoch_;
    loaded_rows_.push_back(row);
    std::fill_n(words, words_per_row_, fill_ ? ~uint64_t{0} : 0);
    words[words_per_row_ - 1] &= low_bits(cols_ - 64 * (words_per_row_ - 1));
  }
  return words;
}

void MirrorLayer::load(uint32_t row, uint32_t word, uint16_t mirrors) {
  const uint64_t width = std::min<uint64_t>(16, cols_ - uint64_t{16} * word);
  store_bits(touch(row), uint64_t{16} * word, mirrors, width);
}

void MirrorLayer::copy_from(const MirrorLayer& other) {
  fill(other.fill_);
  for (const uint32_t row : other.loaded_rows_) {
    std::copy_n(other.row_words(row), words_per_row_, touch(row));
  }
}

std::vector<uint32_t> MirrorLayer::sorted_loaded_rows() const {
  std::vector<uint32_t> rows = loaded_rows_;
  if (!std::is_sorted(rows.begin(), rows.end())) {
    std::sort(rows.begin(), rows.end());
  }
  return rows;
}

bool MirrorLayer::find_boundaries(size_t most, std::vector<uint64_t>& boundaries) const {
  BoundaryScan scan(most, boundaries);
  uint64_t done = 0;
  for (const uint32_t row : sorted_loaded_rows()) {
    const uint64_t start = uint64_t{row} * cols_;
    if (start > done) {
      scan.uniform(done, fill_);
    }
    const uint64_t* const words = row_words(row);
    for (size_t w = 0; w < words_per_row_; ++w) {
      scan.word(start + 64 * w, words[w], std::min<uint64_t>(64, cols_ - 64 * w));
    }
    done = start + cols_;
    if (!scan.fits()) {
      return false;
    }
  }
  if (done < mirrors()) {
    scan.uniform(done, fill_);
  }
  scan.uniform(mirrors(), false);
  return scan.fits();
}

void MirrorLayer::pack(std::vector<uint64_t>& bits) const {
  bits.assign((mirrors() + 63) / 64, fill_ ? ~uint64_t{0} : 0);
  bits.back() &= low_bits(mirrors() - 64 * (bits.size() - 1));
  for (const uint32_t row : loaded_rows_) {
    const uint64_t* const words = row_words(row);
    for (size_t w = 0; w < words_per_row_; ++w) {
      store_bits(bits.data(), uint64_t{row} * cols_ + 64 * w, words[w],
                 std::min<uint64_t>(64, cols_ - 64 * w));
    }
  }
}

}  // namespace photic::optics
