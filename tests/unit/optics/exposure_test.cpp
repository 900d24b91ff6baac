// SPDX-License-Identifier: Apache-2.0
// The exposure controller against pictures of the bench.
#include "models/optics/exposure.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/optics/bench.h"
#include "models/optics/medium.h"

namespace photic::optics {
namespace {

BenchConfig config_of(uint32_t reference_level) {
  BenchConfig config;
  config.shape = {64, 64, 64, 64};
  config.seed = 3;
  config.entry_bits = 4;
  config.threads = 1;
  config.reference_level = reference_level;
  config.imperfections = Imperfections::defaults();
  config.imperfections.dead_pixels_ppm = 0;
  config.imperfections.mirror_contrast_q16 = 6554;  // 0.1: a leak that shows
  return config;
}

constexpr uint64_t kVariance = 16 + 25 + 36 + 49;
constexpr uint32_t kLitRows = 20;

Scene scene_of(const BenchConfig& config) {
  return {kLitRows * 64, (64 - kLitRows) * 64, kVariance, config.reference_level,
          config.imperfections.mirror_contrast_q16};
}

Brightness picture(Bench& bench, const LightSettings& light) {
  bench.fill(false);
  for (uint32_t row = 0; row < kLitRows; ++row) {
    for (uint32_t word = 0; word < 4; ++word) {
      bench.load(row, word, 0xFFFF);
    }
  }
  bench.latch();
  bench.expose({.frame = 1,
                .reference_phase = 0,
                .exposure_cycles = light.exposure_cycles,
                .laser_power = light.laser_power,
                .laser_shift = light.laser_shift,
                .adc_bits = 10,
                .first_row = 0,
                .rows = 64});
  return measure_brightness(bench.counts(), 10);
}

TEST(ExposureController, ReachesTheWantedHeadroomFromTheory) {
  for (const double ratio : {0.0, 1.0, 4.0}) {
    const BenchConfig config = config_of(reference_level_for(kLitRows * 64, kVariance, ratio));
    Bench bench(config);
    const double headroom = 10;
    const LightSettings light =
        settings_for_scene(scene_of(config), headroom, config.full_well_electrons, 700);
    EXPECT_GE(light.laser_power, 32768);
    // 4096 speckles, contrast at most 1: standard error 1/64. Laser rms 0.5 %. Clipping at 10 means costs
    // exp(-10).
    EXPECT_NEAR(picture(bench, light).mean * headroom, 1, 5 * std::hypot(1.0 / 64, 0.005))
        << "ratio " << ratio;
  }
}

TEST(ExposureController, FindsItsWayFromAnyStartByLookingAtPictures) {
  const BenchConfig config = config_of(500);
  Bench bench(config);
  for (const uint8_t start : {0, 20, 30, 45}) {
    LightSettings light{1000, 40000, start};
    for (int step = 0; step < 25; ++step) {
      light = adjust(light, picture(bench, light), 6);
    }
    const Brightness seen = picture(bench, light);
    EXPECT_NEAR(seen.mean * 6, 1, 0.05) << "start shift " << int{start};
    EXPECT_LT(seen.saturated, 0.02);
  }
}

TEST(ExposureController, UsesTheNearestSettingsWhereTheLaserEnds) {
  EXPECT_EQ(settings_for_gain(1e30, 100), (LightSettings{100, 65535, 0}));
  EXPECT_EQ(settings_for_gain(1e-30, 100).laser_shift, 63);
  const LightSettings usual = settings_for_gain(0.37, 1234);
  EXPECT_NEAR(usual.electrons_per_intensity(), 0.37,
              0.37 / 65536);  // half a step of a power of at least 32768
}

TEST(ReferenceLevel, HasTheWantedRatioToTheSignal) {
  const uint32_t level = reference_level_for(114, 1, 4);
  EXPECT_NEAR(static_cast<double>(level) * level / (2.0 * 114), 4,
              0.15);  // rounded to a whole number near 30
}

}  // namespace
}  // namespace photic::optics
