// SPDX-License-Identifier: Apache-2.0
// Blocked fast Walsh-Hadamard transforms. A transform of n = rows * cols numbers is one along each row and
// one along each column, in either order, so neighbouring transforms share a pass over memory.
#include "models/optics/structured_medium.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "models/optics/aligned_buffer.h"
#include "models/optics/streams.h"

namespace photic::optics {
namespace {

constexpr size_t kTileWidth = 32;  // columns transformed together; also the columns a word of signs covers
constexpr size_t kRowsAPiece = 16;

void shift_rounding(int32_t* values, unsigned shift, size_t n) {
  if (shift == 0) {
    return;
  }
  const uint32_t half = uint32_t{1} << (shift - 1);
  for (size_t i = 0; i < n; ++i) {
    values[i] = static_cast<int32_t>(static_cast<uint32_t>(values[i]) + half) >> shift;
  }
}

void copy_tile(const int32_t* from, size_t from_stride, int32_t* to, size_t to_stride, size_t rows) {
  for (size_t row = 0; row < rows; ++row) {
    std::memcpy(to + row * to_stride, from + row * from_stride, kTileWidth * sizeof(int32_t));
  }
}

}  // namespace

StructuredMedium::StructuredMedium(const BenchConfig& config, uint32_t index, const Workers& workers)
    : Medium(config.shape.mirrors(), config.shape.pixels()),
      workers_(workers),
      key_(numerics::stream_key(config.seed, kDiagonalStream)),
      index_(index) {
  const size_t n = std::bit_ceil(std::max<uint64_t>(mirrors(), 1024));
  const auto log = static_cast<unsigned>(std::countr_zero(n));
  rows_ = size_t{1} << (log / 2);
  cols_ = n / rows_;
  // H D2 H D1 has entries of standard deviation 2^(log / 2), the whole chain 2^log before shifts.
  inner_shift_ = log / 2 > kEntryBits ? log / 2 - kEntryBits : 0;
  outer_shift_ = log - inner_shift_ - kEntryBits;
  first_signs_ = diagonal(0);
  second_signs_ = diagonal(1);
  for (uint32_t which = 2; which < 2 + 2 * ((pixels() + n - 1) / n); ++which) {
    phase_signs_.push_back(diagonal(which));
  }
}

std::vector<uint32_t> StructuredMedium::diagonal(uint32_t which) const {
  std::vector<uint32_t> signs(length() / 32);
  std::vector<Block128> blocks(length() / 128);
  const uint64_t lane = (uint64_t{index_} << 32) | which;
  workers_.kernels->ars_blocks(key_, lane, 0, 7, blocks.size(), blocks.data());
  for (size_t i = 0; i < signs.size(); ++i) {
    const uint64_t half = (i & 2) != 0 ? blocks[i / 4].hi : blocks[i / 4].lo;
    signs[i] = static_cast<uint32_t>(half >> (32 * (i & 1)));
  }
  return signs;
}

void StructuredMedium::mix(std::span<const uint64_t> lit, int32_t* mixed) const {
  const Kernels& kernels = *workers_.kernels;
  const double operations = static_cast<double>(length()) * 4;
  const size_t row_words = cols_ / 32;
  workers_.for_pieces(rows_, kRowsAPiece, operations, [&](size_t first, size_t last) {
    for (size_t row = first; row < last; ++row) {
      int32_t* const values = mixed + row * cols_;
      uint32_t any = 0;
      for (size_t word = 0; word < row_words; ++word) {
        const size_t at = row * row_words + word;
        const uint32_t bits = at / 2 < lit.size() ? static_cast<uint32_t>(lit[at / 2] >> (32 * (at & 1))) : 0;
        kernels.expand_bits(bits, first_signs_[at], values + 32 * word);
        any |= bits;
      }
      if (any != 0) {
        kernels.hadamard(values, cols_, 1);
      }
    }
  });
  workers_.for_pieces(cols_ / kTileWidth, 1, operations, [&](size_t tile_index, size_t) {
    AlignedBuffer<int32_t> tile(rows_ * kTileWidth);
    int32_t* const corner = mixed + tile_index * kTileWidth;
    copy_tile(corner, cols_, tile.data(), kTileWidth, rows_);
    kernels.hadamard(tile.data(), rows_, kTileWidth);
    for (size_t row = 0; row < rows_; ++row) {
      kernels.flip_signs(tile.data() + row * kTileWidth, &second_signs_[row * row_words + tile_index],
                         kTileWidth);
    }
    kernels.hadamard(tile.data(), rows_, kTileWidth);
    copy_tile(tile.data(), kTileWidth, corner, cols_, rows_);
  });
  workers_.for_pieces(rows_, kRowsAPiece, operations, [&](size_t first, size_t last) {
    for (size_t row = first; row < last; ++row) {
      kernels.hadamard(mixed + row * cols_, cols_, 1);
      shift_rounding(mixed + row * cols_, inner_shift_, cols_);
    }
  });
}

void StructuredMedium::transform_columns(uint64_t group, uint64_t first_pixel, size_t count, int32_t* re,
                                         int32_t* im) const {
  const Kernels& kernels = *workers_.kernels;
  const double operations = static_cast<double>(length()) * 4;
  phased_.reserve(length());
  const uint64_t first_row = (first_pixel - group * length()) / cols_;
  const uint64_t last_row = (first_pixel - group * length() + count - 1) / cols_;
  for (uint32_t part = 0; part < 2; ++part) {
    const std::vector<uint32_t>& signs = phase_signs_[2 * group + part];
    int32_t* const out = part == 0 ? re : im;
    workers_.for_pieces(rows_, kRowsAPiece, operations, [&](size_t first, size_t last) {
      for (size_t row = first; row < last; ++row) {
        int32_t* const values = phased_.data() + row * cols_;
        std::memcpy(values, mixed_.data() + row * cols_, cols_ * sizeof(int32_t));
        kernels.flip_signs(values, &signs[row * cols_ / 32], cols_);
        kernels.hadamard(values, cols_, 1);
      }
    });
    workers_.for_pieces(cols_ / kTileWidth, 1, operations, [&](size_t tile_index, size_t) {
      AlignedBuffer<int32_t> tile(rows_ * kTileWidth);
      copy_tile(phased_.data() + tile_index * kTileWidth, cols_, tile.data(), kTileWidth, rows_);
      kernels.hadamard(tile.data(), rows_, kTileWidth);
      for (uint64_t row = first_row; row <= last_row; ++row) {
        int32_t* const values = tile.data() + row * kTileWidth;
        shift_rounding(values, outer_shift_, kTileWidth);
        const uint64_t pixel = group * length() + row * cols_ + tile_index * kTileWidth;
        const uint64_t from = std::max(pixel, first_pixel);
        const uint64_t to = std::min(pixel + kTileWidth, first_pixel + count);
        if (from < to) {
          std::copy(values + (from - pixel), values + (to - pixel), out + (from - first_pixel));
        }
      }
    });
  }
}

void StructuredMedium::project(std::span<const uint64_t> lit, uint64_t first_pixel, size_t count, int32_t* re,
                               int32_t* im) const {
  mixed_.reserve(length());
  mix(lit, mixed_.data());
  for (uint64_t at = first_pixel; at < first_pixel + count;) {
    const uint64_t group = at / length();
    const size_t inside = std::min<uint64_t>(first_pixel + count, (group + 1) * length()) - at;
    transform_columns(group, at, inside, re + (at - first_pixel), im + (at - first_pixel));
    at += inside;
  }
}

}  // namespace photic::optics
