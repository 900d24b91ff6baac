// SPDX-License-Identifier: Apache-2.0
// How much light to use: settings for a wanted head-room, from theory or from a picture.
#pragma once

#include <cstdint>
#include <span>

namespace photic::optics {

/// The part of an Exposure that sets electrons per intensity = exposure_cycles * laser_power / 2^laser_shift.
struct LightSettings {
  uint32_t exposure_cycles = 0;
  uint16_t laser_power = 0;
  uint8_t laser_shift = 0;
  friend constexpr bool operator==(const LightSettings&, const LightSettings&) = default;

  double electrons_per_intensity() const;
};

/// The brightness of a picture, before noise.
struct Scene {
  uint64_t lit_mirrors = 0;
  uint64_t dark_mirrors = 0;
  /// `Medium::entry_variance`.
  uint64_t entry_variance = 1;
  /// `BenchConfig::reference_level`, or 0 with a blocked beam.
  uint32_t reference_level = 0;
  /// `Imperfections::mirror_contrast_q16`.
  uint32_t mirror_contrast_q16 = 0;

  /// Mean over pixels of |E|^2: 2 v (lit + c^2 dark) + r^2, speckle and reference being uncorrelated.
  double mean_intensity() const;
};

/// Reference amplitude whose intensity is `ratio` times the mean intensity of `lit_mirrors`: sqrt(2 v lit
/// ratio).
uint32_t reference_level_for(uint64_t lit_mirrors, uint64_t entry_variance, double ratio);

/// Settings nearest to electrons per intensity `wanted` (positive) with this exposure time (at least 1). The
/// laser is used in the upper half of its range, unless that takes a shift outside 0 to 63; then the nearest
/// there is.
LightSettings settings_for_gain(double wanted, uint32_t exposure_cycles);

/// Settings at which a full well is `headroom` times the mean of the scene.
LightSettings settings_for_scene(const Scene& scene, double headroom, uint32_t full_well_electrons,
                                 uint32_t exposure_cycles);

/// What a picture says about its exposure.
struct Brightness {
  double mean = 0;       ///< of full scale
  double saturated = 0;  ///< fraction of pixels at full scale or above
};

/// `counts` must not be empty.
Brightness measure_brightness(std::span<const uint16_t> counts, unsigned adc_bits);

/// Better settings after a picture: towards mean = 1 / headroom, or a quarter of the light while so many
/// pixels are saturated (over `most_saturated`) that the mean cannot be believed, or four times while the
/// picture is black.
LightSettings adjust(const LightSettings& now, const Brightness& seen, double headroom,
                     double most_saturated = 0.02);

}  // namespace photic::optics
