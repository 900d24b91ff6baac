// SPDX-License-Identifier: Apache-2.0
// Settings of laser and shutter for a wanted level.
#include "models/optics/exposure.h"

#include <algorithm>
#include <cmath>

namespace photic::optics {

double LightSettings::electrons_per_intensity() const {
  return std::ldexp(static_cast<double>(exposure_cycles) * laser_power, -int{laser_shift});
}

double Scene::mean_intensity() const {
  const double leak = mirror_contrast_q16 / 65536.0;
  const double mirrors = static_cast<double>(lit_mirrors) + leak * leak * static_cast<double>(dark_mirrors);
  const double reference = reference_level;
  return 2.0 * static_cast<double>(entry_variance) * mirrors + reference * reference;
}

uint32_t reference_level_for(uint64_t lit_mirrors, uint64_t entry_variance, double ratio) {
  const double signal = 2.0 * static_cast<double>(entry_variance) * static_cast<double>(lit_mirrors);
  return static_cast<uint32_t>(std::lround(std::sqrt(signal * ratio)));
}

LightSettings settings_for_gain(double wanted, uint32_t exposure_cycles) {
  constexpr double kMostPower = 65535;
  LightSettings settings{exposure_cycles, 0, 0};
  double power = wanted / exposure_cycles;
  while (power * 2 <= kMostPower && settings.laser_shift < 63) {
    power *= 2;
    ++settings.laser_shift;
  }
  settings.laser_power = static_cast<uint16_t>(std::lround(std::min(power, kMostPower)));
  return settings;
}

LightSettings settings_for_scene(const Scene& scene, double headroom, uint32_t full_well_electrons,
                                 uint32_t exposure_cycles) {
  const double intensity = std::max(scene.mean_intensity(), 1.0);
  return settings_for_gain(full_well_electrons / (headroom * intensity), exposure_cycles);
}

Brightness measure_brightness(std::span<const uint16_t> counts, unsigned adc_bits) {
  const uint32_t full = (1u << adc_bits) - 1;
  uint64_t sum = 0;
  size_t saturated = 0;
  for (const uint16_t count : counts) {
    sum += count;
    saturated += count >= full ? 1 : 0;
  }
  const auto pixels = static_cast<double>(counts.size());
  return {static_cast<double>(sum) / (pixels * full), static_cast<double>(saturated) / pixels};
}

LightSettings adjust(const LightSettings& now, const Brightness& seen, double headroom,
                     double most_saturated) {
  const double gain = now.electrons_per_intensity();
  double factor = 4;
  if (seen.saturated > most_saturated) {
    factor = 0.25;
  } else if (seen.mean > 0) {
    factor = std::min(4.0, 1 / (headroom * seen.mean));
  }
  return settings_for_gain(gain * factor, now.exposure_cycles);
}

}  // namespace photic::optics
