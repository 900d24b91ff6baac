// SPDX-License-Identifier: Apache-2.0
// Weighted sums of camera counts. Unsigned arithmetic gives two's complement wrap-around without undefined
// behaviour.
#include "models/kernels/combine.h"

#include <bit>

namespace photic::kernels {
namespace {

int32_t multiply_add(int32_t sum, int32_t coefficient, uint16_t count) {
  return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(coefficient) * count);
}

}  // namespace

GroupSums start_group(int32_t calibration_coefficient,
                      const std::array<uint16_t, kGroupPixels>& calibration) {
  GroupSums sums;
  for (unsigned i = 0; i < kGroupPixels; ++i) {
    sums.re[i] = multiply_add(0, calibration_coefficient, calibration[i]);
  }
  return sums;
}

GroupSums combine_group(const GroupSums& sums, int32_t re, int32_t im,
                        const std::array<uint16_t, kGroupPixels>& counts) {
  GroupSums result;
  for (unsigned i = 0; i < kGroupPixels; ++i) {
    result.re[i] = multiply_add(sums.re[i], re, counts[i]);
    result.im[i] = multiply_add(sums.im[i], im, counts[i]);
  }
  return result;
}

uint16_t calibration_mean(int32_t sum, uint32_t frames) {
  return static_cast<uint16_t>((static_cast<uint32_t>(sum) + frames / 2) >> std::countr_zero(frames));
}

PixelStatistics pixel_statistics(std::span<const uint16_t> counts, uint16_t full_scale) {
  uint32_t saturated = 0;
  uint16_t any = 0;
  const uint16_t* const pixel = counts.data();
  const size_t pixels = counts.size();
  for (size_t i = 0; i < pixels; ++i) {
    saturated += pixel[i] == full_scale ? 1u : 0u;
    any = static_cast<uint16_t>(any | pixel[i]);
  }
  return {saturated, any == 0};
}

void start_sums(std::span<int32_t> sums, int32_t coefficient, std::span<const uint16_t> counts) {
  for (size_t i = 0; i < sums.size(); ++i) {
    sums[i] = multiply_add(0, coefficient, counts[i]);
  }
}

void add_frame(std::span<int32_t> sums, int32_t coefficient, std::span<const uint16_t> counts) {
  int32_t* const sum = sums.data();
  const uint16_t* const count = counts.data();
  const size_t pixels = sums.size();
  for (size_t i = 0; i < pixels; ++i) {
    sum[i] = multiply_add(sum[i], coefficient, count[i]);
  }
}

}  // namespace photic::kernels
