// SPDX-License-Identifier: Apache-2.0
// The frame combiner's arithmetic: weighted sums of camera counts in 32-bit two's complement.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace photic::kernels {

/// Pixels of a camera beat.
inline constexpr unsigned kGroupPixels = 4;

/// Real and imaginary sums of four neighbouring pixels.
struct GroupSums {
  std::array<int32_t, kGroupPixels> re{};
  std::array<int32_t, kGroupPixels> im{};
  friend bool operator==(const GroupSums&, const GroupSums&) = default;
};

/// Where the sums of a vector start: re = coefficient * calibration count, im = 0.
GroupSums start_group(int32_t calibration_coefficient, const std::array<uint16_t, kGroupPixels>& calibration);

/// sums + coefficient * count for each pixel.
GroupSums combine_group(const GroupSums& sums, int32_t re, int32_t im,
                        const std::array<uint16_t, kGroupPixels>& counts);

/// The mean that CALIBRATE stores: (sum + frames / 2) / frames, `frames` a power of two.
uint16_t calibration_mean(int32_t sum, uint32_t frames);

/// What a frame's pixels show apart from their sums.
struct PixelStatistics {
  uint64_t saturated = 0;  ///< Pixels at full scale.
  bool dark = true;        ///< All pixels are 0.
};

/// Statistics of a frame whose full scale is `full_scale` = 2^adc_bits - 1.
PixelStatistics pixel_statistics(std::span<const uint16_t> counts, uint16_t full_scale);

/// sums[i] = coefficient * counts[i].
void start_sums(std::span<int32_t> sums, int32_t coefficient, std::span<const uint16_t> counts);

/// sums[i] += coefficient * counts[i], modulo 2^32.
void add_frame(std::span<int32_t> sums, int32_t coefficient, std::span<const uint16_t> counts);

}  // namespace photic::kernels
