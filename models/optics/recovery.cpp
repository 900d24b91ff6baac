// SPDX-License-Identifier: Apache-2.0
// Signal and error budgets of the recovery schemes. Unit of intensity: the mean intensity of x.
#include "models/optics/recovery.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

namespace photic::optics {
namespace {

// One picture of a scheme: a speckle of some mean intensity, on a flat reference beam of another.
struct Picture {
  double speckle;
  double reference;

  double mean() const { return speckle + reference; }
  // Second moment of |E + r|^2, E circular Gaussian: s^2 (R^2 + 4 R + 2) with R = r^2 / s.
  double square() const { return reference * reference + 4 * reference * speckle + 2 * speckle * speckle; }
};

// Mean over speckle of the square of what a limit `most` cuts off: integral of (I - most)^2 over the law
// p(I) = exp(-(I + r^2) / s) I0(2 r sqrt(I) / s) / s of modified Rician intensity (Goodman, "Speckle
// Phenomena in Optics").
double clipped_square(const Picture& picture, double most) {
  const double s = picture.speckle;
  if (picture.reference == 0) {
    return 2 * s * s * std::exp(-most / s);
  }
  const double r = std::sqrt(picture.reference);
  // In amplitude A = sqrt(I), on which the law is nearly Gaussian around r: far tails end within 9 sqrt(s).
  constexpr int kSteps = 2000;
  const double from = std::sqrt(most);
  const double to = std::max(from, r) + 9 * std::sqrt(s);
  const double step = (to - from) / kSteps;
  double sum = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double amplitude = from + (i + 0.5) * step;
    const double argument = 2 * r * amplitude / s;
    // I0(z) exp(-z), so that neither factor overflows.
    const double bessel = argument < 50
                              ? std::cyl_bessel_i(0.0, argument) * std::exp(-argument)
                              : (1 + 0.125 / argument) / std::sqrt(2 * 3.141592653589793 * argument);
    const double gap = amplitude - r;
    const double density = 2 * amplitude / s * std::exp(-gap * gap / s) * bessel;
    const double excess = amplitude * amplitude - most;
    sum += excess * excess * density * step;
  }
  return sum;
}

Picture picture_of(const abi::SchemeStep& step, double ratio) {
  double speckle = 0;
  switch (step.features) {
    case abi::FeatureMode::X:
      speckle = 1;
      break;
    case abi::FeatureMode::NOT_X:
      speckle = ratio;
      break;
    case abi::FeatureMode::ONE:
      speckle = 1 + ratio;
      break;
    case abi::FeatureMode::ZERO:
      break;
  }
  if (step.outside == abi::Outside::LIT) {
    speckle += ratio;
  }
  return {speckle, step.phase < 0 ? 0 : ratio};
}

std::vector<abi::SchemeStep> pictures_of(const abi::SchemeSpec& scheme) {
  std::vector<abi::SchemeStep> steps(scheme.used_steps().begin(), scheme.used_steps().end());
  if (scheme.calibrates) {
    steps.push_back(scheme.calibration);
  }
  return steps;
}

// Variance of the real accumulator without noise, at unit gain.
double signal_of(const abi::SchemeSpec& scheme, double ratio) {
  switch (scheme.value) {
    case abi::Scheme::INTENSITY:
      return 1;  // speckle contrast 1
    case abi::Scheme::ANCHOR:
      return 2 * ratio;  // of 2 Re(conj(Ta) Tx)
    case abi::Scheme::COMPLEMENT:
      return 4 + 2 * ratio;  // of 2 Re(conj(T1) Tx) = 2 |Tx|^2 + 2 Re(conj(T(1-x)) Tx)
    case abi::Scheme::PHASE2:
    case abi::Scheme::PHASE3:
    case abi::Scheme::PHASE4:
      break;
  }
  // sum of a_k |E + r e^(i p_k)|^2 = 2 r Re(E conj(C)), C = sum of a_k e^(i p_k), since the a_k add up to 0.
  std::complex<double> sum = 0;
  for (const abi::SchemeStep& step : scheme.used_steps()) {
    sum += std::polar(1.0, step.phase * 3.141592653589793 / 6) * static_cast<double>(step.re);
  }
  return 2 * ratio * std::norm(sum);
}

}  // namespace

double predicted_snr(const abi::SchemeSpec& scheme, const RecoveryConditions& conditions) {
  const std::vector<abi::SchemeStep> steps = pictures_of(scheme);
  double brightest = 0;
  for (const abi::SchemeStep& step : steps) {
    brightest = std::max(brightest, picture_of(step, conditions.ratio).mean());
  }
  const double full_well = conditions.full_well_electrons;
  const double gain = full_well / (conditions.headroom * brightest);  // electrons at unit intensity
  const double code = conditions.adc_bits == 0 ? 0 : full_well / ((1u << conditions.adc_bits) - 1);
  double error = 0;
  for (const abi::SchemeStep& step : steps) {
    const Picture picture = picture_of(step, conditions.ratio);
    double variance = conditions.read_noise_electrons * conditions.read_noise_electrons + code * code / 12;
    variance += conditions.shot ? gain * picture.mean() : 0;
    variance += conditions.laser_rms * conditions.laser_rms * gain * gain * picture.square();
    variance += conditions.saturation ? gain * gain * clipped_square(picture, full_well / gain) : 0;
    error += static_cast<double>(step.re * step.re) * variance;
  }
  return signal_of(scheme, conditions.ratio) * gain * gain / error;
}

double best_headroom(const abi::SchemeSpec& scheme, RecoveryConditions conditions) {
  double best = 0;
  double best_snr = 0;
  for (conditions.headroom = 1.5; conditions.headroom < 60; conditions.headroom *= 1.05) {
    const double snr = predicted_snr(scheme, conditions);
    if (snr > best_snr) {
      best_snr = snr;
      best = conditions.headroom;
    }
  }
  return best;
}

double decibel(double ratio) {
  return 10 * std::log10(ratio);
}

}  // namespace photic::optics
