// SPDX-License-Identifier: Apache-2.0
// Signal and error budgets of the recovery schemes. Unit of intensity: the mean intensity of x.
#include "models/optics/recovery.h"

#include <array>
#include <cmath>

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

// A scheme as numbers: the variance of one output without noise, and for each picture the square of its
// coefficient.
struct Budget {
  double signal;
  unsigned pictures;
  std::array<Picture, 4> picture;
  std::array<double, 4> square_of_coefficient;
};

Budget budget(Recovery scheme, double ratio) {
  const Picture x{1, 0};
  const Picture with_reference{1, ratio};
  const Picture other{ratio, 0};
  const Picture both{1 + ratio, 0};
  switch (scheme) {
    case Recovery::Intensity:
      return {1, 1, {x}, {1}};
    case Recovery::TwoStep:
    case Recovery::FourStep:  // one output, real or imaginary, is made of two of the four pictures
      return {8 * ratio, 2, {with_reference, with_reference}, {1, 1}};
    case Recovery::ThreeStep:
      return {18 * ratio, 3, {with_reference, with_reference, with_reference}, {4, 1, 1}};
    case Recovery::Anchor:
      return {2 * ratio, 3, {both, x, other}, {1, 1, 1}};
    case Recovery::Complement:
      // 2 Re(conj(T1) E) = 2 |E|^2 + 2 Re(conj(T(1-x)) E): variances 4 and 2 ratio.
      return {4 + 2 * ratio, 3, {both, x, other}, {1, 1, 1}};
  }
  return {};
}

double brightest(const Budget& scheme) {
  double most = 0;
  for (unsigned i = 0; i < scheme.pictures; ++i) {
    most = std::max(most, scheme.picture[i].mean());
  }
  return most;
}

}  // namespace

RecoveryTraits recovery_traits(Recovery scheme) {
  switch (scheme) {
    case Recovery::Intensity:
      return {"intensity", 1, 1, false, false};
    case Recovery::TwoStep:
      return {"two-step", 2, 1, true, true};
    case Recovery::ThreeStep:
      return {"three-step", 3, 2, true, true};
    case Recovery::FourStep:
      return {"four-step", 4, 2, true, true};
    case Recovery::Anchor:
      return {"anchor", 3, 1, true, false};
    case Recovery::Complement:
      return {"complement", 3, 1, true, false};
  }
  return {};
}

double predicted_snr(Recovery scheme, const RecoveryConditions& conditions) {
  const Budget numbers = budget(scheme, conditions.ratio);
  const double full_well = conditions.full_well_electrons;
  // Electrons at unit intensity.
  const double gain = full_well / (conditions.headroom * brightest(numbers));
  const double step = conditions.adc_bits == 0 ? 0 : full_well / ((1u << conditions.adc_bits) - 1);
  double error = 0;
  for (unsigned i = 0; i < numbers.pictures; ++i) {
    const Picture& picture = numbers.picture[i];
    double variance = conditions.read_noise_electrons * conditions.read_noise_electrons + step * step / 12;
    variance += conditions.shot ? gain * picture.mean() : 0;
    variance += conditions.laser_rms * conditions.laser_rms * gain * gain * picture.square();
    variance += conditions.saturation ? gain * gain * clipped_square(picture, full_well / gain) : 0;
    error += numbers.square_of_coefficient[i] * variance;
  }
  return numbers.signal * gain * gain / error;
}

double best_headroom(Recovery scheme, RecoveryConditions conditions) {
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
