// SPDX-License-Identifier: Apache-2.0
// Ways of getting a projection out of intensities: what each takes, gives, and how clean it is.
#pragma once

#include <cstdint>
#include <string_view>

namespace photic::optics {

/// With c(p) the counts of pattern p, E the field of x, r the reference amplitude, g counts per intensity:
enum class Recovery {
  Intensity,   ///< c = g |E|^2
  TwoStep,     ///< phases 0, 1/2:           c0 - c1 = 4 g r Re E
  ThreeStep,   ///< phases 0, 1/3, 2/3:      2 c0 - c1 - c2 = 6 g r Re E; sqrt(3) (c1 - c2) = 6 g r Im E
  FourStep,    ///< phases 0, 1/4, 1/2, 3/4: c0 - c2 = 4 g r Re E; c1 - c3 = 4 g r Im E
  Anchor,      ///< c(x + a) - c(x) - c(a) = 2 g Re(conj(T a) E), a disjoint from x
  Complement,  ///< c(x) - c(1 - x) + c(1) = 2 g Re(conj(T 1) E)
};

/// The common contract of recovery schemes.
struct RecoveryTraits {
  std::string_view name;
  /// Pictures a vector.
  unsigned frames;
  /// Real numbers a pixel yields, all independent.
  unsigned outputs_per_pixel;
  /// Outputs are linear in x.
  bool linear;
  /// Needs the reference beam.
  bool reference;
};

RecoveryTraits recovery_traits(Recovery scheme);

/// What the signal-to-noise ratio depends on.
struct RecoveryConditions {
  /// Full well over the mean electrons of the brightest picture of the scheme.
  double headroom = 5;
  /// Mean intensity of the reference beam (phase stepping), of the anchor, or of the complement, over that of
  /// x.
  double ratio = 4;
  double full_well_electrons = 13500;
  double read_noise_electrons = 13;
  /// 0 for no quantisation.
  unsigned adc_bits = 8;
  bool shot = true;
  bool saturation = true;
  /// Laser fluctuation between pictures, rms of the mean.
  double laser_rms = 0;
};

/// Signal variance over mean squared error of one output of a pixel, over pixels of a medium with independent
/// Gaussian fields (docs/reference/optics.md, "Recovery"). The error is that of the scheme's formula against
/// its value without noise, quantisation and clipping.
double predicted_snr(Recovery scheme, const RecoveryConditions& conditions);

/// The head-room with the best predicted ratio, searched in steps of 5 % from 1.5 to 60.
double best_headroom(Recovery scheme, RecoveryConditions conditions);

/// 10 log10.
double decibel(double ratio);

}  // namespace photic::optics
