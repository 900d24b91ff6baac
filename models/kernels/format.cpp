// SPDX-License-Identifier: Apache-2.0
// Feature bits by bit tricks on whole words; mirrors one by one for the hardware models, run by run for whole
// frames.
#include "models/kernels/format.h"

#include <algorithm>
#include <vector>

namespace photic::kernels {
namespace {

constexpr uint64_t kEvenBits = 0x5555'5555'5555'5555;
constexpr uint64_t kLowBitOfBytes = 0x0101'0101'0101'0101;

// Bits 0, 2, 4 ... of a word, side by side.
uint64_t gather_even_bits(uint64_t word) {
  word &= kEvenBits;
  word = (word | (word >> 1)) & 0x3333'3333'3333'3333;
  word = (word | (word >> 2)) & 0x0F0F'0F0F'0F0F'0F0F;
  word = (word | (word >> 4)) & 0x00FF'00FF'00FF'00FF;
  word = (word | (word >> 8)) & 0x0000'FFFF'0000'FFFF;
  return (word | (word >> 16)) & 0xFFFF'FFFF;
}

// Bit 0 of every byte, side by side: the product moves byte k's bit to position 56 + k, and no two terms
// meet.
uint64_t gather_low_bits(uint64_t bytes) {
  return ((bytes & kLowBitOfBytes) * 0x0102'0408'1020'4080) >> 56;
}

uint64_t signed_magnitude_bits(uint64_t word, unsigned planes, unsigned plane) {
  const bool negative = plane >= planes;
  const unsigned bit = negative ? plane - planes : plane;
  uint64_t result = 0;
  for (unsigned k = 0; k < 8; ++k) {
    const auto value = static_cast<int8_t>(word >> (8 * k));
    const unsigned magnitude = value < 0 ? 0u - static_cast<unsigned>(value) : static_cast<unsigned>(value);
    if ((value < 0) == negative) {
      result |= uint64_t{(magnitude >> bit) & 1} << k;
    }
  }
  return result;
}

bool feature_bit(std::span<const uint64_t> bits, uint32_t feature) {
  return ((bits[feature / 64] >> (feature % 64)) & 1) != 0;
}

bool shown(const MirrorLayout& layout, const Pattern& pattern, std::span<const uint64_t> bits,
           uint32_t feature) {
  if (feature >= layout.features) {
    return pattern.outside;
  }
  switch (pattern.features) {
    case abi::FeatureMode::X:
      return feature_bit(bits, feature);
    case abi::FeatureMode::NOT_X:
      return !feature_bit(bits, feature);
    case abi::FeatureMode::ZERO:
      return false;
    case abi::FeatureMode::ONE:
      return true;
  }
  return false;
}

// A row of the array as packed bits, one word of slack, so that a run can be written without bounds of its
// own.
class RowBits {
 public:
  explicit RowBits(uint32_t cols) : words_(cols / 64 + 2) {}

  void clear(bool lit) { std::fill(words_.begin(), words_.end(), lit ? ~uint64_t{0} : 0); }

  void set_run(uint32_t from, uint32_t to, bool lit) {
    while (from < to) {
      const uint32_t bit = from % 64;
      const uint32_t length = std::min(64 - bit, to - from);
      const uint64_t mask = (length == 64 ? ~uint64_t{0} : (uint64_t{1} << length) - 1) << bit;
      uint64_t& word = words_[from / 64];
      word = lit ? word | mask : word & ~mask;
      from += length;
    }
  }

  // Up to 64 mirrors from column `from` on; `value` is zero above `length`.
  void set_bits(uint32_t from, uint32_t length, uint64_t value) {
    const uint32_t bit = from % 64;
    const uint64_t mask = length == 64 ? ~uint64_t{0} : (uint64_t{1} << length) - 1;
    uint64_t& low = words_[from / 64];
    low = (low & ~(mask << bit)) | (value << bit);
    if (bit + length > 64) {
      uint64_t& high = words_[from / 64 + 1];
      high = (high & ~(mask >> (64 - bit))) | (value >> (64 - bit));
    }
  }

  uint16_t word16(uint32_t index) const {
    return static_cast<uint16_t>(words_[index / 4] >> (16 * (index % 4)));
  }

 private:
  std::vector<uint64_t> words_;
};

// Features one mirror wide: copies 64 of them at a time.
void copy_features(const Pattern& pattern, std::span<const uint64_t> bits, uint32_t feature, uint32_t col,
                   uint32_t count, RowBits& row) {
  while (count != 0) {
    const uint32_t length = std::min(64u, count);
    const uint32_t bit = feature % 64;
    uint64_t value = bits[feature / 64] >> bit;
    if (bit + length > 64) {
      value |= bits[feature / 64 + 1] << (64 - bit);
    }
    value = pattern.features == abi::FeatureMode::NOT_X ? ~value : value;
    row.set_bits(col, length, length == 64 ? value : value & ((uint64_t{1} << length) - 1));
    feature += length;
    col += length;
    count -= length;
  }
}

// Writes the region's columns of one row and advances the walk as 16-mirror words do.
void fill_row(const MirrorLayout& layout, const Pattern& pattern, std::span<const uint64_t> bits,
              MirrorWalk& walk, RowBits& row) {
  uint32_t col = layout.first_col;
  const uint32_t end = col + layout.cols;
  const bool copies = pattern.features == abi::FeatureMode::X || pattern.features == abi::FeatureMode::NOT_X;
  if (layout.macro == 1 && copies && walk.feature < layout.features) {
    const uint32_t count = std::min(layout.cols, layout.features - walk.feature);
    copy_features(pattern, bits, walk.feature, col, count, row);
    walk.feature += count;
    col += count;
  }
  while (col < end) {
    if (walk.feature >= layout.features) {
      // Nothing but outside mirrors from here on; the walk only has to stay past the last feature.
      return;
    }
    const uint32_t length = std::min(layout.macro - walk.across, end - col);
    row.set_run(col, col + length, shown(layout, pattern, bits, walk.feature));
    col += length;
    walk.across += length;
    if (walk.across == layout.macro) {
      walk.across = 0;
      ++walk.feature;
    }
  }
}

}  // namespace

unsigned features_per_word(abi::InputFormat format) {
  const unsigned bits = abi::bits_of(format);
  return bits == 0 ? 0 : 64 / bits;
}

uint64_t plane_bits(abi::InputFormat format, unsigned planes, unsigned plane, uint64_t source_word) {
  switch (format) {
    case abi::InputFormat::U1:
      return source_word;
    case abi::InputFormat::T2: {
      const uint64_t not_zero = source_word & kEvenBits;
      const uint64_t negative = (source_word >> 1) & kEvenBits;
      return gather_even_bits(plane == 0 ? not_zero & ~negative : not_zero & negative);
    }
    case abi::InputFormat::U8:
      return gather_low_bits(source_word >> plane);
    case abi::InputFormat::I8:
      return signed_magnitude_bits(source_word, planes, plane);
  }
  return 0;
}

void plane_of_vector(abi::InputFormat format, unsigned planes, unsigned plane, uint32_t features,
                     std::span<const uint64_t> source, std::span<uint64_t> bits) {
  const unsigned per_word = features_per_word(format);
  std::fill(bits.begin(), bits.end(), 0);
  for (size_t word = 0; word < source.size(); ++word) {
    const size_t at = word * per_word;
    bits[at / 64] |= plane_bits(format, planes, plane, source[word]) << (at % 64);
  }
  if (features % 64 != 0) {
    bits[features / 64] &= (uint64_t{1} << (features % 64)) - 1;
  }
}

MirrorLayout mirror_layout(const abi::Submission& submission, uint32_t array_cols) {
  MirrorLayout layout;
  layout.first_row = submission.mirror_row;
  layout.first_col = submission.mirror_col;
  layout.rows = submission.mirror_rows;
  layout.cols = submission.mirror_cols;
  layout.macro = submission.macro;
  layout.features = submission.features;
  layout.square = (submission.layout & abi::LAYOUT_SQUARE) != 0;
  layout.array_cols = array_cols;
  return layout;
}

uint16_t mirror_word(const MirrorLayout& layout, const Pattern& pattern, std::span<const uint64_t> bits,
                     uint32_t word, MirrorWalk& walk) {
  uint16_t mirrors = 0;
  for (uint32_t i = 0; i < 16; ++i) {
    const uint32_t col = 16 * word + i;
    if (col >= layout.array_cols) {
      break;
    }
    bool lit = pattern.outside;
    if (col >= layout.first_col && col < layout.first_col + layout.cols) {
      lit = shown(layout, pattern, bits, walk.feature);
      if (++walk.across == layout.macro) {
        walk.across = 0;
        ++walk.feature;
      }
    }
    mirrors = static_cast<uint16_t>(mirrors | (lit ? 1u << i : 0u));
  }
  return mirrors;
}

void end_row(const MirrorLayout& layout, MirrorWalk& walk) {
  if (!layout.square) {
    return;
  }
  walk.across = 0;
  if (++walk.down == layout.macro) {
    walk.down = 0;
    walk.band = walk.feature;
  } else {
    walk.feature = walk.band;
  }
}

void mirror_words(const MirrorLayout& layout, const Pattern& pattern, std::span<const uint64_t> bits,
                  const WordSink& sink) {
  RowBits row(layout.array_cols);
  const uint32_t first_word = layout.first_col / 16;
  const uint32_t last_word = (layout.first_col + layout.cols - 1) / 16;
  MirrorWalk walk;
  for (uint32_t r = 0; r < layout.rows; ++r) {
    row.clear(pattern.outside);
    fill_row(layout, pattern, bits, walk, row);
    row.set_run(layout.array_cols, (layout.array_cols + 63) / 64 * 64, false);
    for (uint32_t word = first_word; word <= last_word; ++word) {
      sink(layout.first_row + r, word, row.word16(word));
    }
    end_row(layout, walk);
  }
}

}  // namespace photic::kernels
