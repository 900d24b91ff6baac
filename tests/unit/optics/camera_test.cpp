// SPDX-License-Identifier: Apache-2.0
// Camera, laser, reference beam and drift, each against its law.
#include "models/optics/camera.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/optics/drift.h"

namespace photic::optics {
namespace {

// A bench with the mirrors dark, so that the reference beam alone lights every pixel: `electrons` of them,
// one code each.
BenchConfig flat_config(uint32_t level) {
  BenchConfig config;
  config.shape = {4, 16, 64, 64};
  config.seed = 9;
  config.threads = 1;
  config.reference_level = level;
  config.full_well_electrons = 4095;
  config.imperfections.saturation = true;
  config.imperfections.quantisation = true;
  return config;
}

Exposure flat_exposure(uint32_t frame, uint8_t adc_bits = 12) {
  return {.frame = frame,
          .reference_phase = 0,
          .exposure_cycles = 1,
          .laser_power = 1,
          .laser_shift = 0,
          .adc_bits = adc_bits,
          .first_row = 0,
          .rows = 64};
}

struct Spread {
  double mean = 0;
  double variance = 0;
  double kurtosis = 0;
};

Spread spread(std::span<const uint16_t> counts) {
  Spread result;
  const auto n = static_cast<double>(counts.size());
  for (const uint16_t count : counts) {
    result.mean += count / n;
  }
  double fourth = 0;
  for (const uint16_t count : counts) {
    const double deviation = count - result.mean;
    result.variance += deviation * deviation / n;
    fourth += deviation * deviation * deviation * deviation / n;
  }
  result.kurtosis = fourth / (result.variance * result.variance);
  return result;
}

Spread picture(const BenchConfig& config, const Exposure& exposure) {
  Bench bench(config);
  bench.expose(exposure);
  return spread(bench.counts());
}

TEST(Camera, CountsElectronsExactlyWithoutNoise) {
  const Spread flat = picture(flat_config(30), flat_exposure(1));
  EXPECT_EQ(flat.mean, 900);
  EXPECT_EQ(flat.variance, 0);
}

TEST(Camera, HasShotNoiseOfVarianceEqualToTheElectrons) {
  BenchConfig config = flat_config(30);
  config.imperfections.shot = true;
  const Spread noisy = picture(config, flat_exposure(1));
  const double n = 64 * 64;
  EXPECT_NEAR(noisy.mean, 900, 5 * 30 / std::sqrt(n));
  EXPECT_NEAR(noisy.variance, 900 + 1 / 12.0, 5 * 900 * std::sqrt(2 / n));  // rounding adds 1/12
  EXPECT_NEAR(noisy.kurtosis, 3, 5 * std::sqrt(24 / n));
}

TEST(Camera, AddsReadNoiseInQuadrature) {
  BenchConfig config = flat_config(20);
  config.imperfections.shot = true;
  config.imperfections.read_noise_millielectrons = 25000;
  const Spread noisy = picture(config, flat_exposure(2));
  EXPECT_NEAR(noisy.variance, 400 + 625, 5 * 1025 * std::sqrt(2 / 4096.0));
  config.imperfections.shot = false;
  EXPECT_NEAR(picture(config, flat_exposure(2)).variance, 625, 5 * 625 * std::sqrt(2 / 4096.0));
}

TEST(Camera, ReadsADarkPixelAsTheUpperHalfOfItsReadNoise) {
  BenchConfig config = flat_config(0);
  config.imperfections.read_noise_millielectrons = 25000;
  Bench bench(config);
  bench.expose(flat_exposure(3));
  const Spread noisy = spread(bench.counts());
  const auto zeros = std::count(bench.counts().begin(), bench.counts().end(), 0);
  // P(g < 1/2 code) for sigma = 25, and the mean of max(g, 0): sigma / sqrt(2 pi), variance sigma^2 (1/2 -
  // 1/(2 pi)).
  const double half = 0.5 + 0.5 / (25 * std::sqrt(2 * std::acos(-1.0)));
  EXPECT_NEAR(static_cast<double>(zeros) / 4096, half, 5 * 0.5 / 64);
  EXPECT_NEAR(noisy.mean, 25 / std::sqrt(2 * std::acos(-1.0)), 5 * 25 * std::sqrt(0.341) / 64);
}

TEST(Camera, DrawsNewNoiseForEveryFrameAndSeed) {
  BenchConfig config = flat_config(30);
  config.imperfections.shot = true;
  Bench bench(config);
  bench.expose(flat_exposure(1));
  const std::vector<uint16_t> first(bench.counts().begin(), bench.counts().end());
  bench.expose(flat_exposure(2));
  const std::vector<uint16_t> second(bench.counts().begin(), bench.counts().end());
  config.seed += 1;
  Bench other(config);
  other.expose(flat_exposure(1));
  double with_next_frame = 0;
  double with_other_seed = 0;
  double with_next_pixel = 0;
  for (size_t i = 0; i + 1 < first.size(); ++i) {
    with_next_frame += (first[i] - 900.0) * (second[i] - 900.0) / 900 / 4095;
    with_other_seed += (first[i] - 900.0) * (other.counts()[i] - 900.0) / 900 / 4095;
    with_next_pixel += (first[i] - 900.0) * (first[i + 1] - 900.0) / 900 / 4095;
  }
  for (const double correlation : {with_next_frame, with_other_seed, with_next_pixel}) {
    EXPECT_NEAR(correlation, 0, 5 / 64.0);
  }
}

TEST(Camera, RoundsToTheGridOfItsResolution) {
  BenchConfig config = flat_config(30);
  EXPECT_EQ(picture(config, flat_exposure(1, 8)).mean, std::round(900 * 255 / 4095.0));
  EXPECT_EQ(picture(config, flat_exposure(1, 10)).mean, std::round(900 * 1023 / 4095.0));
  config.imperfections.quantisation = false;
  EXPECT_EQ(picture(config, flat_exposure(1, 8)).mean, 900);
}

TEST(Camera, EndsAtTheFullWellOnlyWhenItSaturates) {
  BenchConfig config = flat_config(100);  // 10000 electrons in a well of 4095
  EXPECT_EQ(picture(config, flat_exposure(1, 8)).mean, 255);
  config.imperfections.saturation = false;
  EXPECT_EQ(picture(config, flat_exposure(1, 12)).mean, 10000);
  config.reference_level = 1000;
  EXPECT_EQ(picture(config, flat_exposure(1, 12)).mean, 65535);
}

TEST(Camera, HasTheSameDeadPixelsInEveryPictureAndWindow) {
  BenchConfig config = flat_config(30);
  config.imperfections.dead_pixels_ppm = 50000;
  Bench bench(config);
  bench.expose(flat_exposure(1));
  const std::vector<uint16_t> whole(bench.counts().begin(), bench.counts().end());
  const auto dead = std::count(whole.begin(), whole.end(), 0);
  EXPECT_NEAR(static_cast<double>(dead) / 4096, 0.05, 5 * std::sqrt(0.05 * 0.95 / 4096));
  Exposure part = flat_exposure(7);
  part.first_row = 11;
  part.rows = 5;
  bench.expose(part);
  EXPECT_TRUE(std::equal(bench.counts().begin(), bench.counts().end(), whole.begin() + 11 * 64));
}

TEST(Camera, CollectsLightInProportionToTimeAndPower) {
  Exposure exposure = flat_exposure(1);
  exposure.exposure_cycles = 48;
  exposure.laser_power = 10;
  exposure.laser_shift = 7;
  EXPECT_EQ(picture(flat_config(20), exposure).mean, 400 * 48 * 10 / 128);
  exposure.laser_shift = 255;
  EXPECT_EQ(picture(flat_config(20), exposure).mean, 0);
}

TEST(Laser, FluctuatesFromFrameToFrameByItsRms) {
  BenchConfig config = flat_config(30);
  config.imperfections.laser_rms_q16 = 3277;  // 5 %
  double mean = 0;
  double square = 0;
  constexpr int kFrames = 4000;
  for (int frame = 0; frame < kFrames; ++frame) {
    const double factor = laser_factor(config, static_cast<uint32_t>(frame)) - 1;
    mean += factor / kFrames;
    square += factor * factor / kFrames;
  }
  EXPECT_NEAR(mean, 0, 5 * 0.05 / std::sqrt(kFrames));
  EXPECT_NEAR(std::sqrt(square), 0.05, 5 * 0.05 / std::sqrt(2.0 * kFrames));
  const Spread flat = picture(config, flat_exposure(5));  // all pixels alike
  EXPECT_EQ(flat.variance, 0);
  EXPECT_EQ(flat.mean, std::round(900 * laser_factor(config, 5)));
}

TEST(ReferenceBeam, StandsAtTwelfthsOfATurn) {
  for (uint8_t phase = 0; phase < 12; ++phase) {
    const Reference beam = reference_beam(100000, phase);
    EXPECT_NEAR(beam.re, 100000 * std::cos(phase * std::acos(-1.0) / 6), 0.5 + 1e-4);
    EXPECT_NEAR(beam.im, 100000 * std::sin(phase * std::acos(-1.0) / 6), 0.5 + 1e-4);
  }
  EXPECT_EQ(reference_beam(100000, kNoReference).re, 0);
  EXPECT_EQ(reference_beam(100000, kNoReference).im, 0);
}

TEST(Drift, TurnsFromOneMediumToTheNextKeepingThePower) {
  Imperfections imperfections;
  EXPECT_EQ(drift_at(imperfections, 4000000000u), Drift::pure(0));
  imperfections.drift_q32_per_frame = 1u << 26;  // 64 frames to a quarter turn
  for (uint32_t frame = 0; frame < 200; ++frame) {
    const Drift drift = drift_at(imperfections, frame);
    EXPECT_EQ(drift.index, frame / 64);
    const double angle = (frame % 64) / 64.0 * std::acos(0.0);
    EXPECT_NEAR(double(drift.weight_now) / drift.unit(), std::cos(angle), 0.5 / Drift::kUnit + 1e-9);
    EXPECT_NEAR(double(drift.weight_next) / drift.unit(), std::sin(angle), 0.5 / Drift::kUnit + 1e-9);
  }
}

TEST(Drift, LosesCorrelationWithTheFirstPictureAsTheCosineOfTheAngle) {
  BenchConfig config = flat_config(0);
  config.entry_bits = 4;
  config.imperfections = Imperfections::none();
  config.imperfections.drift_q32_per_frame = 1u << 30;  // four frames to a quarter turn
  Bench bench(config);
  bench.fill(true);
  bench.latch();
  const auto intensity = [&](uint32_t frame) {
    Exposure exposure = flat_exposure(frame);
    exposure.laser_shift = 3;
    bench.expose(exposure);
    return std::vector<uint16_t>(bench.counts().begin(), bench.counts().end());
  };
  const std::vector<uint16_t> first = intensity(0);
  for (const uint32_t frame : {1u, 2u, 4u, 5u}) {
    const std::vector<uint16_t> now = intensity(frame);
    const Spread a = spread(first);
    const Spread b = spread(now);
    double product = 0;
    for (size_t i = 0; i < now.size(); ++i) {
      product += (first[i] - a.mean) * (now[i] - b.mean) / 4096;
    }
    // Correlation of intensities is the squared correlation rho of fields; frames 4 and later share no medium
    // with 0.
    const double rho = frame < 4 ? std::cos(frame / 4.0 * std::acos(0.0)) : 0;
    EXPECT_NEAR(product / std::sqrt(a.variance * b.variance), rho * rho, 5 * 2 / 64.0) << "frame " << frame;
  }
}

}  // namespace
}  // namespace photic::optics
