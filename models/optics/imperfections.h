// SPDX-License-Identifier: Apache-2.0
// The ways in which the bench is worse than its equations, each with its own switch.
#pragma once

#include <cstdint>

#include "drivers/abi/optics.h"

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

  /// The drift that turns the medium by one radian in `frames` frames, at least 1.
  static constexpr uint32_t drift_over(uint64_t frames) {
    constexpr uint64_t kRadianQ32 = 2734261102;  // 2^32 * 2 / pi
    return static_cast<uint32_t>((kRadianQ32 + frames / 2) / frames);
  }

  /// The bench as specified: hw/spec/optics.toml.
  static constexpr Imperfections defaults() {
    return {.shot = true,
            .read_noise_millielectrons = abi::kReadNoiseMillielectrons,
            .quantisation = true,
            .saturation = true,
            .mirror_contrast_q16 = abi::kMirrorContrastQ16,
            .laser_rms_q16 = abi::kLaserRmsQ16,
            .drift_q32_per_frame = drift_over(abi::kDriftFrames),
            .dead_pixels_ppm = abi::kDeadPixelsPpm};
  }

  friend constexpr bool operator==(const Imperfections&, const Imperfections&) = default;
};

}  // namespace photic::optics
