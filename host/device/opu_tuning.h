// SPDX-License-Identifier: Apache-2.0
// Sets up an optical device for ternary error vectors by what its camera shows, without knowing its optics.
#pragma once

#include "host/device/opu_link.h"

namespace photic::host {

/// A set-up found by measurement.
struct OpuTuning {
  OpuArrangement arrangement;
  double gain = 0;            // light, see OpuLink::set_gain
  double scale = 0;           // factor that gives outputs unit variance for one non-zero component
  double snr_db = 0;          // of the output for one non-zero component
  uint32_t frames = 0;        // frames numbered below this were used
  uint64_t frame_cycles = 0;  // period of a frame of this arrangement, by the device's counters
};

/// Chooses scheme, mirrors a feature and light, leaves the device set so, and measures the scale of the
/// outputs.
///
/// Two-step phase shifting where a reference beam shows in the outputs, with as many mirrors a feature as
/// bring the reference to about four times the mean speckle; else the complement scheme, which needs none.
/// The mean picture aims at a sixth to an eighth of full scale. The same device gives the same numbers every
/// time. Throws DeviceError if nothing repeatable comes back, else as OpuLink.
OpuTuning tune_opu(OpuLink& link);

}  // namespace photic::host
