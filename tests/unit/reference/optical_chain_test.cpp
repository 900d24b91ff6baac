// SPDX-License-Identifier: Apache-2.0
// Double precision judges the integers: are the counts those of the physics, and do the schemes recover what
// their page claims?
#include "models/reference/optical_chain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "models/optics/exposure.h"
#include "models/optics/workers.h"

namespace photic::reference {
namespace {

constexpr optics::SensorShape kShape = {8, 48, 8, 32};

optics::BenchConfig config(optics::MediumKind medium) {
  optics::BenchConfig config;
  config.shape = kShape;
  config.medium = medium;
  config.seed = 11;
  config.entry_bits = 8;
  config.threads = 1;
  config.imperfections = optics::Imperfections::none();
  return config;
}

class Chain : public testing::TestWithParam<optics::MediumKind> {};

TEST_P(Chain, OfTheBenchIsThatOfThePhysicsToOneCount) {
  for (const uint32_t contrast : {0u, 6554u}) {
    for (const uint8_t phase : {optics::kNoReference, uint8_t{0}, uint8_t{4}, uint8_t{7}}) {
      optics::BenchConfig settings = config(GetParam());
      settings.imperfections.mirror_contrast_q16 = contrast;
      const optics::Workers workers{1, &optics::kernels_for(settings.simd), nullptr};
      const auto medium = optics::make_medium(settings, 0, workers);
      settings.reference_level = optics::reference_level_for(100, medium->entry_variance(), 2.0);
      optics::Bench bench(settings);
      std::mt19937 random(phase);
      std::vector<double> x;
      for (uint32_t row = 0; row < kShape.mirror_rows; ++row) {
        for (uint32_t word = 0; word < kShape.mirror_cols / 16; ++word) {
          const auto bits = static_cast<uint16_t>(random());
          bench.load(row, word, bits);
          for (unsigned bit = 0; bit < 16; ++bit) {
            x.push_back(((bits >> bit) & 1) != 0 ? 1.0 : contrast / 65536.0);
          }
        }
      }
      bench.latch();
      const double mean = 2.0 * static_cast<double>(medium->entry_variance()) * 192 +
                          static_cast<double>(settings.reference_level) * settings.reference_level;
      const optics::LightSettings light = optics::settings_for_gain(1000 / mean, 5000);
      optics::Exposure exposure;
      exposure.reference_phase = phase;
      exposure.exposure_cycles = light.exposure_cycles;
      exposure.laser_power = light.laser_power;
      exposure.laser_shift = light.laser_shift;
      exposure.adc_bits = 12;
      exposure.first_row = 2;
      exposure.rows = 4;
      bench.expose(exposure);
      const uint64_t first = uint64_t{2} * kShape.pixel_cols;
      const std::vector<Field> fields = field(*medium, x, first, bench.counts().size());
      double largest = 0;
      for (size_t i = 0; i < fields.size(); ++i) {
        const double expected = camera_count(intensity(fields[i], settings.reference_level, phase), exposure,
                                             settings.full_well_electrons, 12);
        EXPECT_NEAR(bench.counts()[i], expected, 1.0 + expected * 2e-3) << "pixel " << i;
        largest = std::max(largest, expected);
      }
      EXPECT_GT(largest, 300);  // the comparison has something to compare
    }
  }
}

// The structured medium rounds inside its transform, so its field is no sum of entries; its own laws are
// tested with the media.
INSTANTIATE_TEST_SUITE_P(Media, Chain,
                         testing::Values(optics::MediumKind::Implicit, optics::MediumKind::Stored));

// What each scheme's description claims its sum to be.
Field claimed(const abi::SchemeSpec& scheme, const PatternFields& fields, double reference) {
  switch (scheme.value) {
    case abi::Scheme::INTENSITY:
      return std::norm(fields.x);
    case abi::Scheme::PHASE2:
      return 4 * reference * fields.x.real();
    case abi::Scheme::PHASE3:
      return 90 * reference * fields.x;
    case abi::Scheme::PHASE4:
      return 4 * reference * fields.x;
    case abi::Scheme::ANCHOR:
      return 2 * (std::conj(fields.outside) * fields.x).real();
    case abi::Scheme::COMPLEMENT:
      return 2 * (std::conj(fields.ones) * fields.x).real();
  }
  return 0;
}

TEST(Schemes, RecoverWhatTheyClaim) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  const auto draw = [&] { return Field(normal(random), normal(random)); };
  for (const abi::SchemeSpec& scheme : abi::kSchemes) {
    for (int trial = 0; trial < 100; ++trial) {
      const PatternFields fields{draw(), draw(), draw()};
      const double reference = 0.5 + std::abs(normal(random));
      const Field got = combined(scheme, fields, reference);
      const Field want = claimed(scheme, fields, reference);
      // 26/15 stands for sqrt(3) in PHASE3: 0.08 % of the imaginary part.
      const double tolerance =
          scheme.value == abi::Scheme::PHASE3 ? 8e-4 * std::abs(want.imag()) + 1e-9 : 1e-9;
      EXPECT_NEAR(got.real(), want.real(), 1e-9) << scheme.name;
      EXPECT_NEAR(got.imag(), want.imag(), tolerance) << scheme.name;
    }
  }
}

}  // namespace
}  // namespace photic::reference
