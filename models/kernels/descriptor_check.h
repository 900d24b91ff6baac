// SPDX-License-Identifier: Apache-2.0
// Which commands a device accepts, and with which status it refuses the others.
#pragma once

#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"

namespace photic::kernels {

/// The set-up registers a command is run with, latched at its start.
struct OpuSettings {
  uint32_t laser = 0;   ///< OPU_LASER
  uint32_t camera = 0;  ///< OPU_CAMERA
  friend bool operator==(const OpuSettings&, const OpuSettings&) = default;
};

/// Everything that must be the same for a calibration frame to be of use.
struct CalibrationTag {
  abi::Scheme scheme{};
  uint32_t features = 0;
  uint16_t mirror_row = 0;
  uint16_t mirror_col = 0;
  uint16_t mirror_rows = 0;
  uint16_t mirror_cols = 0;
  uint16_t macro = 0;
  uint16_t grid_cols = 0;
  bool square = false;
  uint16_t camera_row = 0;
  uint16_t camera_rows = 0;
  uint32_t outputs = 0;
  uint32_t exposure = 0;
  OpuSettings settings;
  friend bool operator==(const CalibrationTag&, const CalibrationTag&) = default;
};

/// The tag of a command.
CalibrationTag calibration_tag(const abi::Submission& submission, const OpuSettings& settings);

/// The status any device gives a NOP.
abi::Status validate_nop(const abi::Submission& submission);

/// The status an OPU gives a submission before it does anything: OK, or the first failure in the order of
/// docs/reference/opu-device.md 2.1. `calibration` is the tag of the stored calibration, null if there is
/// none.
abi::Status validate(const abi::Submission& submission, const abi::Preset& preset,
                     const OpuSettings& settings, const CalibrationTag* calibration);

}  // namespace photic::kernels
