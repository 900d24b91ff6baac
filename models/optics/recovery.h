// SPDX-License-Identifier: Apache-2.0
// How clean a projection is when it is recovered from intensities.
#pragma once

#include "drivers/abi/optics.h"
#include "drivers/abi/schemes.h"

namespace photic::optics {

/// What the signal-to-noise ratio of a recovery scheme depends on.
struct RecoveryConditions {
  /// Full well over the mean electrons of the brightest picture of the scheme.
  double headroom = abi::kHeadroom;
  /// Mean intensity of the reference beam (phase stepping), of the anchor, or of the complement, over that of
  /// x.
  double ratio = abi::kReferenceToSignal;
  double full_well_electrons = abi::kFullWellElectrons;
  double read_noise_electrons = abi::kReadNoiseMillielectrons / 1000.0;
  /// 0 for no quantisation.
  unsigned adc_bits = 8;
  bool shot = true;
  bool saturation = true;
  /// Laser fluctuation between pictures, rms of the mean.
  double laser_rms = 0;
};

/// Signal variance over mean squared error of the real accumulator of a pixel (the imaginary one is as good),
/// over pixels of a medium with independent Gaussian fields (docs/reference/optics.md, "Recovery"). The error
/// is that of the scheme's sum of counts, calibration picture included, against its value without noise,
/// quantisation and clipping. What clipping costs the pictures of a scheme is taken as independent, which is
/// pessimistic, by up to 4 dB, at head-rooms so small that clipping dominates.
double predicted_snr(const abi::SchemeSpec& scheme, const RecoveryConditions& conditions);

/// The head-room with the best predicted ratio, searched in steps of 5 % from 1.5 to 60.
double best_headroom(const abi::SchemeSpec& scheme, RecoveryConditions conditions);

/// 10 log10.
double decibel(double ratio);

}  // namespace photic::optics
