// SPDX-License-Identifier: Apache-2.0
// The ways in which the bench is worse than its equations, each with its own switch.
#pragma once

#include <cstdint>

namespace photic::optics {

/// Every imperfection off, on, or at a level. Equations and the reasons for the defaults:
/// docs/reference/optics.md.
struct Imperfections {
  /// Photon noise: variance n electrons where n electrons are expected.
  bool shot = false;
  /// Camera read noise, thousandths of an electron rms; 0 is off.
  uint32_t read_noise_millielectrons = 0;
  /// On: counts on the grid of `Exposure::adc_bits`. Off: on the 12-bit grid whatever `adc_bits` says.
  bool quantisation = false;
  /// On: electrons end at the full well. Off: counts go on past full scale, up to 65535.
  bool saturation = false;
  /// Field amplitude of an OFF mirror relative to an ON mirror, in 65536ths; 0 is perfect contrast.
  uint32_t mirror_contrast_q16 = 0;
  /// Laser power fluctuation from frame to frame, rms in 65536ths of the mean; 0 is off.
  uint32_t laser_rms_q16 = 0;
  /// Rotation of the medium towards an independent one a frame, in 2^-32 of a quarter turn; 0 is off.
  uint32_t drift_q32_per_frame = 0;
  /// Pixels that always read 0, a million; 0 is off.
  uint32_t dead_pixels_ppm = 0;

  /// A perfect bench.
  static constexpr Imperfections none() { return {}; }

  /// The bench as built: 13 e- read noise, 0.01 OFF amplitude, 0.5 % laser rms, one radian of drift in
  /// 7.2 million frames (an hour at 2 kHz), 50 dead pixels a million.
  static constexpr Imperfections defaults() {
    return {.shot = true,
            .read_noise_millielectrons = 13000,
            .quantisation = true,
            .saturation = true,
            .mirror_contrast_q16 = 655,
            .laser_rms_q16 = 328,
            .drift_q32_per_frame = 380,
            .dead_pixels_ppm = 50};
  }

  friend constexpr bool operator==(const Imperfections&, const Imperfections&) = default;
};

}  // namespace photic::optics
