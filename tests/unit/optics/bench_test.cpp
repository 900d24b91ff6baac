// SPDX-License-Identifier: Apache-2.0
// The bench at its pins: the same picture however it is computed, and the documented chain.
#include "models/optics/bench.h"

#include <gtest/gtest.h>

#include <vector>

#include "models/numerics/counter_random.h"
#include "models/optics/camera.h"
#include "models/optics/medium.h"
#include "models/optics/simd/kernels.h"

namespace photic::optics {
namespace {

constexpr SensorShape kShape = {24, 100, 20, 33};

BenchConfig config_of(MediumKind medium, unsigned entry_bits = 3) {
  BenchConfig config;
  config.shape = kShape;
  config.medium = medium;
  config.seed = 11;
  config.entry_bits = entry_bits;
  config.imperfections = Imperfections::defaults();
  config.imperfections.drift_q32_per_frame = 1u << 28;
  config.imperfections.dead_pixels_ppm = 20000;
  config.threads = 1;
  config.reference_level = 700;
  return config;
}

Exposure exposure_of(uint32_t frame) {
  return {.frame = frame,
          .reference_phase = static_cast<uint8_t>(frame % 12),
          .exposure_cycles = 2000,
          .laser_power = 40000,
          .laser_shift = 24,
          .adc_bits = 8,
          .first_row = 3,
          .rows = 11};
}

// Rows with feature-like runs, a row of noise, partial last words.
void load_pattern(Bench& bench, uint32_t which) {
  bench.fill(which % 2 != 0);
  for (uint32_t row = which % 3; row < kShape.mirror_rows; row += 5) {
    for (uint32_t word = 0; word < 7; ++word) {
      const uint64_t bits = numerics::CounterRandom(which, 999).bits(row, word);
      bench.load(row, word, which % 4 == 3 ? static_cast<uint16_t>(bits) : (bits & 1) != 0 ? 0xFFFF : 0);
    }
  }
  bench.latch();
}

std::vector<uint16_t> film(const BenchConfig& config, uint32_t pictures = 16) {
  Bench bench(config);
  std::vector<uint16_t> all;
  for (uint32_t frame = 0; frame < pictures; ++frame) {
    load_pattern(bench, frame / 2);
    bench.expose(exposure_of(frame));
    all.insert(all.end(), bench.counts().begin(), bench.counts().end());
  }
  return all;
}

TEST(Bench, TakesTheSamePicturesOnEveryInstructionSet) {
  for (const MediumKind medium : {MediumKind::Implicit, MediumKind::Stored, MediumKind::Structured}) {
    BenchConfig config = config_of(medium);
    config.simd = Simd::Portable;
    const std::vector<uint16_t> portable = film(config);
    for (const Simd simd : {Simd::Avx2, Simd::Avx512}) {
      if (has_simd(simd)) {
        config.simd = simd;
        EXPECT_EQ(film(config), portable) << "medium " << static_cast<int>(medium);
      }
    }
  }
}

}  // namespace
}  // namespace photic::optics
