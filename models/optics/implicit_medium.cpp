// SPDX-License-Identifier: Apache-2.0
// Counting signs where mirrors are lit.
#include "models/optics/implicit_medium.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "models/optics/streams.h"

namespace photic::optics {
namespace {

constexpr unsigned kMostPlanes = 16;

// High half of the counter of a pixel's plane; the low half is the pixel.
constexpr uint64_t plane_lane(uint32_t index, unsigned plane) {
  return index | (uint64_t{plane} << 32);
}

// The 512-mirror blocks that have a lit mirror, with their whitening: dark ones cost nothing.
struct LitBlocks {
  std::vector<Block512> whitening;
  std::vector<Block512> lit;
  int32_t mirrors = 0;
};

LitBlocks collect(std::span<const uint64_t> lit, const std::vector<Block512>& whitening) {
  LitBlocks found;
  for (size_t word = 0; word < lit.size(); word += 8) {
    Block512 block = {};
    uint64_t any = 0;
    for (size_t i = word; i < std::min(word + 8, lit.size()); ++i) {
      block.word[i - word] = lit[i];
      any |= lit[i];
      found.mirrors += std::popcount(lit[i]);
    }
    if (any != 0) {
      found.lit.push_back(block);
      found.whitening.push_back(whitening[word / 8]);
    }
  }
  return found;
}

}  // namespace

ImplicitMedium::ImplicitMedium(const BenchConfig& config, uint32_t index, const Workers& workers)
    : Medium(config.shape.mirrors(), config.shape.pixels()),
      workers_(workers),
      entry_bits_(config.entry_bits),
      index_(index),
      pixel_key_(numerics::stream_key(config.seed, kPixelStream)),
      whitening_((mirrors() + 511) / 512) {
  const Block128 round_key = numerics::stream_key(config.seed, kRoundKeyStream);
  for (unsigned round = 0; round < kSignRounds; ++round) {
    round_keys_[round] = numerics::ars({round, index}, round_key, 7);
  }
  std::vector<Block128> blocks(4 * whitening_.size());
  const Block128 key = numerics::stream_key(config.seed, kWhiteningStream);
  workers_.kernels->ars_blocks(key, index, 0, 7, blocks.size(), blocks.data());
  std::memcpy(whitening_.data(), blocks.data(), blocks.size() * sizeof(Block128));
}

void ImplicitMedium::project(std::span<const uint64_t> lit, uint64_t first_pixel, size_t count, int32_t* re,
                             int32_t* im) const {
  const LitBlocks blocks = collect(lit, whitening_);
  constexpr size_t kPiece = 32;
  const unsigned streams = planes();
  const double operations =
      static_cast<double>(count) * streams * static_cast<double>(blocks.lit.size() + 4) * 7;
  workers_.for_pieces(count, kPiece, operations, [&](size_t first, size_t last) {
    std::array<Block128, kPiece * kMostPlanes> keys;  // plane by plane
    std::array<uint32_t, kPiece * kMostPlanes> counts;
    const size_t pixels = last - first;
    for (unsigned plane = 0; plane < streams; ++plane) {
      workers_.kernels->ars_blocks(pixel_key_, plane_lane(index_, plane), first_pixel + first, 7, pixels,
                                   &keys[plane * pixels]);
    }
    workers_.kernels->sign_popcounts(blocks.whitening.data(), blocks.lit.data(), blocks.lit.size(),
                                     keys.data(), pixels * streams, round_keys_.data(), counts.data());
    for (size_t pixel = 0; pixel < pixels; ++pixel) {
      int32_t sum[2] = {0, 0};
      for (unsigned plane = 0; plane < streams; ++plane) {
        const int32_t signs = 2 * static_cast<int32_t>(counts[plane * pixels + pixel]) - blocks.mirrors;
        sum[plane / entry_bits_] += weight(plane) * signs;
      }
      re[first + pixel] = sum[0];
      im[first + pixel] = sum[1];
    }
  });
}

Block128 ImplicitMedium::signs(uint64_t pixel, unsigned plane, uint64_t word) const {
  const uint64_t* const white = &whitening_[word / 4].word[2 * (word % 4)];
  Block128 state =
      Block128{white[0], white[1]} ^ numerics::ars({pixel, plane_lane(index_, plane)}, pixel_key_, 7);
  for (const Block128& key : round_keys_) {
    state = numerics::aes_round(state, key);
  }
  return state;
}

Entry ImplicitMedium::entry(uint64_t pixel, uint64_t mirror) const {
  int32_t sum[2] = {0, 0};
  for (unsigned plane = 0; plane < planes(); ++plane) {
    const Block128 block = signs(pixel, plane, mirror / 128);
    const uint64_t bits = mirror % 128 < 64 ? block.lo : block.hi;
    sum[plane / entry_bits_] += weight(plane) * (((bits >> (mirror % 64)) & 1) != 0 ? 1 : -1);
  }
  return {sum[0], sum[1]};
}

uint64_t ImplicitMedium::entry_variance() const {
  uint64_t variance = 0;
  for (unsigned plane = 0; plane < entry_bits_; ++plane) {
    variance += static_cast<uint64_t>(weight(plane)) * static_cast<uint64_t>(weight(plane));
  }
  return variance;
}

}  // namespace photic::optics
