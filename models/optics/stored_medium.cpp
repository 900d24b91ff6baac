// SPDX-License-Identifier: Apache-2.0
// Filling and summing stored entries.
#include "models/optics/stored_medium.h"

#include <algorithm>
#include <bit>
#include <string>

#include "models/optics/implicit_medium.h"

namespace photic::optics {

StoredMedium::StoredMedium(const BenchConfig& config, uint32_t index, const Workers& workers)
    : Medium(config.shape.mirrors(), config.shape.pixels()), workers_(workers) {
  const uint64_t bytes = 2 * mirrors() * pixels();
  if (bytes > kMostBytes) {
    throw ConfigError("optics option 'medium' is 'stored', which takes " + std::to_string(bytes) +
                      " bytes for " + std::to_string(pixels()) + " pixels x " + std::to_string(mirrors()) +
                      " mirrors; allowed: up to " + std::to_string(kMostBytes) +
                      " bytes, or medium=implicit, the same matrix without storage");
  }
  const ImplicitMedium source(config, index, workers);
  entry_variance_ = source.entry_variance();
  re_.resize(mirrors() * pixels());
  im_.resize(mirrors() * pixels());
  constexpr size_t kPiece = 64;
  const double operations = static_cast<double>(bytes) * 8;
  workers_.for_pieces(pixels(), kPiece, operations, [&](size_t first, size_t last) {
    for (uint64_t word = 0; word * 128 < mirrors(); ++word) {
      const uint64_t width = std::min<uint64_t>(128, mirrors() - 128 * word);
      for (size_t pixel = first; pixel < last; ++pixel) {
        int8_t sums[2][128] = {};
        for (unsigned plane = 0; plane < source.planes(); ++plane) {
          const Block128 signs = source.signs(pixel, plane, word);
          int8_t* const sum = sums[plane < source.planes() / 2 ? 0 : 1];
          const int32_t weight = source.weight(plane);
          for (uint64_t j = 0; j < width; ++j) {
            const uint64_t bits = j < 64 ? signs.lo : signs.hi;
            sum[j] = static_cast<int8_t>(sum[j] + (((bits >> (j % 64)) & 1) != 0 ? weight : -weight));
          }
        }
        for (uint64_t j = 0; j < width; ++j) {
          re_[(128 * word + j) * pixels() + pixel] = sums[0][j];
          im_[(128 * word + j) * pixels() + pixel] = sums[1][j];
        }
      }
    }
  });
}

void StoredMedium::project(std::span<const uint64_t> lit, uint64_t first_pixel, size_t count, int32_t* re,
                           int32_t* im) const {
  std::vector<uint64_t> mirrors_lit;
  for (size_t word = 0; word < lit.size(); ++word) {
    for (uint64_t bits = lit[word]; bits != 0; bits &= bits - 1) {
      mirrors_lit.push_back(64 * word + static_cast<uint64_t>(std::countr_zero(bits)));
    }
  }
  constexpr size_t kPiece = 4096;
  const double operations = static_cast<double>(count) * static_cast<double>(mirrors_lit.size()) / 16;
  workers_.for_pieces(count, kPiece, operations, [&](size_t first, size_t last) {
    std::vector<const int8_t*> rows(mirrors_lit.size());
    const auto sum = [&](const std::vector<int8_t>& entries, int32_t* out) {
      for (size_t i = 0; i < rows.size(); ++i) {
        rows[i] = &entries[mirrors_lit[i] * pixels() + first_pixel + first];
      }
      std::fill(out + first, out + last, 0);
      workers_.kernels->add_bytes(rows.data(), rows.size(), last - first, out + first);
    };
    sum(re_, re);
    sum(im_, im);
  });
}

Entry StoredMedium::entry(uint64_t pixel, uint64_t mirror) const {
  return {re_[mirror * pixels() + pixel], im_[mirror * pixels() + pixel]};
}

}  // namespace photic::optics
