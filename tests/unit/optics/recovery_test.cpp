// SPDX-License-Identifier: Apache-2.0
// Signal-to-noise ratio of every recovery scheme: measured through the bench, against the formula.
#include "models/optics/recovery.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/optics/bench.h"
#include "models/optics/exposure.h"
#include "models/optics/medium.h"

namespace photic::optics {
namespace {

constexpr SensorShape kShape = {32, 64, 128, 256};
constexpr uint32_t kSignalRows = 4;  // 256 mirrors lit by x
constexpr unsigned kEntryBits = 4;
constexpr uint64_t kVariance = 16 + 25 + 36 + 49;

// The bench with x on the first rows and the other pattern, anchor or complement, on the next ones.
class Setup {
 public:
  Setup(const abi::SchemeSpec& scheme, const RecoveryConditions& conditions)
      : conditions_(conditions),
        other_rows_(static_cast<uint32_t>(conditions.ratio * kSignalRows)),
        bench_(config()),
        medium_(make_medium(bench_.config(), 0, workers_)) {
    Scene scene{kSignalRows * 64, 0, kVariance, 0, 0};
    if (scheme.steps[0].phase >= 0) {
      scene.reference_level = bench_.config().reference_level;
    } else if (scheme.calibrates) {
      scene.lit_mirrors += other_rows_ * 64;
    }
    light_ = settings_for_scene(scene, conditions.headroom, abi::kFullWellElectrons, 1000);
  }

  // Adds the picture of a step to the accumulator, as counted and as it is without noise, grid and full well.
  void take(const abi::SchemeStep& step, bool imaginary, std::vector<double>& counted,
            std::vector<double>& exact) {
    const double coefficient = imaginary ? step.im : step.re;
    const bool x_lit = step.features == abi::FeatureMode::X || step.features == abi::FeatureMode::ONE;
    const bool other_lit = step.features == abi::FeatureMode::NOT_X ||
                           step.features == abi::FeatureMode::ONE || step.outside == abi::Outside::LIT;
    std::vector<uint64_t> bits(kShape.mirror_rows, 0);  // a row is a word
    bench_.fill(false);
    for (uint32_t row = 0; row < kSignalRows + other_rows_; ++row) {
      if (row < kSignalRows ? x_lit : other_lit) {
        bits[row] = ~uint64_t{0};
        for (uint32_t word = 0; word < 4; ++word) {
          bench_.load(row, word, 0xFFFF);
        }
      }
    }
    bench_.latch();
    const uint8_t phase = step.phase < 0 ? kNoReference : static_cast<uint8_t>(step.phase);
    bench_.expose({.frame = ++frame_,
                   .reference_phase = phase,
                   .exposure_cycles = light_.exposure_cycles,
                   .laser_power = light_.laser_power,
                   .laser_shift = light_.laser_shift,
                   .adc_bits = static_cast<uint8_t>(conditions_.adc_bits),
                   .first_row = 0,
                   .rows = kShape.pixel_rows});
    std::vector<int32_t> re(kShape.pixels());
    std::vector<int32_t> im(kShape.pixels());
    medium_->project(bits, 0, re.size(), re.data(), im.data());
    const double angle = step.phase * std::acos(-1.0) / 6;
    const double r = step.phase < 0 ? 0 : bench_.config().reference_level;
    const double counts_per_intensity =
        light_.electrons_per_intensity() * ((1 << conditions_.adc_bits) - 1) / abi::kFullWellElectrons;
    for (size_t i = 0; i < re.size(); ++i) {
      const double intensity =
          std::pow(re[i] + r * std::cos(angle), 2) + std::pow(im[i] + r * std::sin(angle), 2);
      counted[i] += coefficient * bench_.counts()[i];
      exact[i] += coefficient * intensity * counts_per_intensity;
    }
  }

 private:
  BenchConfig config() const {
    BenchConfig config;
    config.shape = kShape;
    config.seed = 77;
    config.entry_bits = kEntryBits;
    config.threads = 1;
    config.reference_level = reference_level_for(kSignalRows * 64, kVariance, conditions_.ratio);
    config.imperfections.shot = conditions_.shot;
    config.imperfections.read_noise_millielectrons =
        static_cast<uint32_t>(conditions_.read_noise_electrons * 1000);
    config.imperfections.quantisation = true;
    config.imperfections.saturation = conditions_.saturation;
    config.imperfections.laser_rms_q16 = static_cast<uint32_t>(conditions_.laser_rms * 65536);
    return config;
  }

  RecoveryConditions conditions_;
  uint32_t other_rows_;
  Bench bench_;
  Workers workers_{1, &kernels_for(Simd::Best), nullptr};
  std::unique_ptr<Medium> medium_;
  LightSettings light_;
  uint32_t frame_ = 0;
};

// Variance of the exact values over the mean squared difference, both over pixels.
double ratio_of(const std::vector<double>& measured, const std::vector<double>& exact) {
  double mean = 0;
  for (const double value : exact) {
    mean += value / static_cast<double>(exact.size());
  }
  double signal = 0;
  double error = 0;
  for (size_t i = 0; i < exact.size(); ++i) {
    signal += (exact[i] - mean) * (exact[i] - mean);
    error += (measured[i] - exact[i]) * (measured[i] - exact[i]);
  }
  return signal / error;
}

double measured_snr(const abi::SchemeSpec& scheme, const RecoveryConditions& conditions,
                    bool imaginary = false) {
  Setup setup(scheme, conditions);
  std::vector<double> counted(kShape.pixels(), 0);
  std::vector<double> exact(kShape.pixels(), 0);
  for (const abi::SchemeStep& step : scheme.used_steps()) {
    setup.take(step, imaginary, counted, exact);
  }
  if (scheme.calibrates) {
    setup.take(scheme.calibration, imaginary, counted, exact);
  }
  return ratio_of(counted, exact);
}

const abi::SchemeSpec& spec(abi::Scheme scheme) {
  return *abi::find_scheme(static_cast<unsigned>(scheme));
}

class EveryScheme : public testing::TestWithParam<abi::SchemeSpec> {};

// 32768 pixels: errors and signals scatter by about 1 % (contrast of a squared speckle up to 4: 4 /
// sqrt(32768) = 2 %); 5 of that is 0.45 dB. Rounding errors that are not quite uniform add a little.
constexpr double kBound = 0.6;

TEST_P(EveryScheme, HasTheSignalToNoiseRatioOfItsFormula) {
  for (const double headroom : {12.0, 16.0, 25.0}) {
    for (const double ratio : {1.0, 4.0}) {
      for (const unsigned bits : {8u, 10u}) {
        const RecoveryConditions conditions{.headroom = headroom, .ratio = ratio, .adc_bits = bits};
        const double measured = decibel(measured_snr(GetParam(), conditions));
        const double predicted = decibel(predicted_snr(GetParam(), conditions));
        EXPECT_NEAR(measured, predicted, kBound) << GetParam().name << ", head-room " << headroom
                                                 << ", ratio " << ratio << ", " << bits << " bits";
      }
    }
  }
}

// Pictures of a scheme are clipped at the same bright pixels, so part of the loss cancels; the formula takes
// the losses as independent. The loss is that of few pixels with large errors: at head-room 5 about 32768
// exp(-5) = 220, and a squared excess has relative variance 5, so one standard error is sqrt(6 / 220), 0.66
// dB. Four of them below.
TEST_P(EveryScheme, IsNotFlatteredByItsFormulaWhereClippingDominates) {
  for (const double headroom : {3.0, 5.0}) {
    for (const double ratio : {1.0, 4.0}) {
      const RecoveryConditions conditions{.headroom = headroom, .ratio = ratio};
      const double gain =
          decibel(measured_snr(GetParam(), conditions)) - decibel(predicted_snr(GetParam(), conditions));
      EXPECT_GE(gain, -2.7) << GetParam().name << ", head-room " << headroom << ", ratio " << ratio;
      EXPECT_LE(gain, 4) << GetParam().name << ", head-room " << headroom << ", ratio " << ratio;
    }
  }
}

TEST_P(EveryScheme, RecoversImaginaryPartsAsWellAsRealOnes) {
  if (!GetParam().complex) {
    return;  // there is no imaginary accumulator
  }
  const double real = decibel(measured_snr(GetParam(), {}));
  const double imaginary = decibel(measured_snr(GetParam(), {}, true));
  EXPECT_NEAR(imaginary, real, kBound);
}

INSTANTIATE_TEST_SUITE_P(Schemes, EveryScheme, testing::ValuesIn(abi::kSchemes),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(Recovery, KnowsThatOneNoiseTermAtATimeCosts) {
  RecoveryConditions clean{.headroom = 8,
                           .ratio = 4,
                           .read_noise_electrons = 0,
                           .adc_bits = 0,
                           .shot = false,
                           .saturation = false};
  for (const auto& spoil : std::vector<std::function<void(RecoveryConditions&)>>{
           [](RecoveryConditions& c) { c.shot = true; },
           [](RecoveryConditions& c) { c.read_noise_electrons = 50; },
           [](RecoveryConditions& c) { c.adc_bits = 8; },
           [](RecoveryConditions& c) { c.laser_rms = 0.01; }}) {
    RecoveryConditions spoilt = clean;
    spoilt.adc_bits = 12;
    const double before = predicted_snr(spec(abi::Scheme::PHASE2), spoilt);
    spoil(spoilt);
    EXPECT_LT(predicted_snr(spec(abi::Scheme::PHASE2), spoilt), before);
    EXPECT_NEAR(decibel(measured_snr(spec(abi::Scheme::PHASE2), spoilt)),
                decibel(predicted_snr(spec(abi::Scheme::PHASE2), spoilt)),
                spoilt.laser_rms != 0 ? 6 : kBound);  // the laser term is two draws, not thousands
  }
}

// Published sensor curve for intensities: optimum near head-room 10, 30 dB (full well 13500 e-, read noise 13
// e-, 8 bits).
TEST(Recovery, ReproducesTheKnownOptimumOfIntensityMode) {
  const double headroom = best_headroom(spec(abi::Scheme::INTENSITY), {});
  EXPECT_NEAR(headroom, 10, 1);
  EXPECT_NEAR(decibel(predicted_snr(spec(abi::Scheme::INTENSITY), {.headroom = 10})), 30.0, 0.3);
  EXPECT_NEAR(decibel(predicted_snr(spec(abi::Scheme::INTENSITY), {.headroom = 5})), 19.0, 0.5);
  EXPECT_NEAR(decibel(predicted_snr(spec(abi::Scheme::INTENSITY), {.headroom = 25.6})), 24.7, 0.3);
}

TEST(Recovery, ReproducesTheKnownOptimaOfPhaseStepping) {
  const auto best = [](const abi::SchemeSpec& scheme, double ratio) {
    RecoveryConditions conditions{.ratio = ratio};
    conditions.headroom = best_headroom(scheme, conditions);
    return decibel(predicted_snr(scheme, conditions));
  };
  // Two-step at reference to signal 1/4, 1, 4, 16: 28.2 / 31.4 / 31.8 / 29.7 dB; three-step 26.9 / 29.9
  // / 30.5 / 28.4 dB, simulated with n = 200 features. A fluctuating n and optimised-by-hand exposure leave
  // half a decibel.
  EXPECT_NEAR(best(spec(abi::Scheme::PHASE2), 0.25), 28.2, 0.6);
  EXPECT_NEAR(best(spec(abi::Scheme::PHASE2), 1), 31.4, 0.6);
  EXPECT_NEAR(best(spec(abi::Scheme::PHASE2), 4), 31.8, 0.6);
  EXPECT_NEAR(best(spec(abi::Scheme::PHASE2), 16), 29.7, 0.6);
  EXPECT_NEAR(best(spec(abi::Scheme::PHASE3), 4), 30.5, 0.6);
  EXPECT_GT(best(spec(abi::Scheme::PHASE2), 4), best(spec(abi::Scheme::ANCHOR), 4) + 3);
}

}  // namespace
}  // namespace photic::optics
