// SPDX-License-Identifier: Apache-2.0
// Validation of submissions, one function a status, in the order they are reported.
#include "models/kernels/descriptor_check.h"

#include <bit>

#include "drivers/abi/numerics.h"
#include "drivers/abi/registers.h"
#include "drivers/abi/schemes.h"

namespace photic::kernels {
namespace {

constexpr uint8_t kKnownFlags = abi::SUBMIT_IRQ | abi::SUBMIT_STRICT;
constexpr uint8_t kKnownLayout = abi::LAYOUT_SQUARE | abi::LAYOUT_OUTSIDE_LIT | abi::LAYOUT_REAL_ONLY;

unsigned planes_max(abi::InputFormat format) {
  switch (format) {
    case abi::InputFormat::U1:
    case abi::InputFormat::T2:
      return 1;
    case abi::InputFormat::U8:
      return 8;
    case abi::InputFormat::I8:
      return 7;
  }
  return 0;  // an unknown format has no valid number of planes
}

bool common_fields_are_valid(const abi::Submission& s, const abi::SchemeSpec* scheme) {
  const bool square = (s.layout & abi::LAYOUT_SQUARE) != 0;
  const bool outside_lit = (s.layout & abi::LAYOUT_OUTSIDE_LIT) != 0;
  const unsigned planes = abi::input_planes(s.input);
  return (s.flags & ~kKnownFlags) == 0 && (s.layout & ~kKnownLayout) == 0 && scheme != nullptr &&
         abi::bits_of(abi::recovery_output_format(s.recovery)) != 0 && planes >= 1 &&
         planes <= planes_max(abi::input_format(s.input)) && s.features != 0 && s.vectors != 0 &&
         s.macro != 0 && (s.grid_cols != 0) == square && !(outside_lit && scheme->calibrates);
}

bool project_fields_are_valid(const abi::Submission& s, const abi::SchemeSpec& scheme) {
  return s.scale != 0 && s.shift <= abi::kShiftMax &&
         (scheme.linear || abi::input_format(s.input) == abi::InputFormat::U1) &&
         (!scheme.linear || abi::recovery_output_format(s.recovery) != abi::OutputFormat::U8);
}

bool calibrate_fields_are_valid(const abi::Submission& s, const abi::SchemeSpec& scheme) {
  return scheme.calibrates && abi::input_format(s.input) == abi::InputFormat::U1 &&
         static_cast<unsigned>(abi::recovery_output_format(s.recovery)) == 0 && s.scale == 0 &&
         s.shift == 0 && s.source == 0 && s.destination == 0 && std::has_single_bit(s.vectors) &&
         s.vectors <= abi::kCalibrationFramesMax;
}

bool mirrors_are_valid(const abi::Submission& s, const abi::Preset& preset) {
  const uint64_t rows = s.mirror_rows;
  const uint64_t cols = s.mirror_cols;
  if (rows == 0 || cols == 0 || s.mirror_row + rows > preset.mirror_rows ||
      s.mirror_col + cols > preset.mirror_cols) {
    return false;
  }
  const uint64_t wanted = uint64_t{s.features} * s.macro;
  if ((s.layout & abi::LAYOUT_SQUARE) == 0) {
    return wanted <= rows * cols;
  }
  return uint64_t{s.grid_cols} * s.macro == cols && wanted <= s.grid_cols * rows;
}

bool camera_is_valid(const abi::Submission& s, const abi::Preset& preset) {
  const uint64_t rows = s.camera_rows;
  const uint64_t cols = preset.pixel_cols;
  return rows != 0 && s.camera_row + rows <= preset.pixel_rows && s.outputs != 0 &&
         s.outputs <= rows * cols && s.outputs > (rows - 1) * cols;
}

bool exposure_is_valid(const abi::Submission& s, const OpuSettings& settings) {
  const uint32_t adc_bits = abi::OPU_CAMERA_ADC_BITS.get(settings.camera);
  return s.exposure != 0 && s.exposure <= abi::kExposureMax &&
         (adc_bits == 8 || adc_bits == 10 || adc_bits == 12);
}

bool is_unsigned(abi::InputFormat format) {
  return format == abi::InputFormat::U1 || format == abi::InputFormat::U8;
}

abi::Status validate_frames(const abi::Submission& s, const abi::Preset& preset, const OpuSettings& settings,
                            const CalibrationTag* calibration) {
  const bool project = s.opcode == abi::Opcode::OPU_PROJECT;
  const abi::SchemeSpec* const scheme =
      abi::find_scheme(static_cast<unsigned>(abi::recovery_scheme(s.recovery)));
  if (!common_fields_are_valid(s, scheme) ||
      !(project ? project_fields_are_valid(s, *scheme) : calibrate_fields_are_valid(s, *scheme))) {
    return abi::Status::INVALID_FIELD;
  }
  if (!mirrors_are_valid(s, preset)) {
    return abi::Status::INVALID_MIRRORS;
  }
  if (!camera_is_valid(s, preset)) {
    return abi::Status::INVALID_CAMERA;
  }
  if (!exposure_is_valid(s, settings)) {
    return abi::Status::INVALID_EXPOSURE;
  }
  if (project && (s.source % 8 != 0 || s.destination % 8 != 0)) {
    return abi::Status::INVALID_ADDRESS;
  }
  const bool needs_calibration = project && scheme->calibrates && is_unsigned(abi::input_format(s.input));
  if (needs_calibration && (calibration == nullptr || *calibration != calibration_tag(s, settings))) {
    return abi::Status::NOT_CALIBRATED;
  }
  return abi::Status::OK;
}

}  // namespace

CalibrationTag calibration_tag(const abi::Submission& s, const OpuSettings& settings) {
  CalibrationTag tag;
  tag.scheme = abi::recovery_scheme(s.recovery);
  tag.features = s.features;
  tag.mirror_row = s.mirror_row;
  tag.mirror_col = s.mirror_col;
  tag.mirror_rows = s.mirror_rows;
  tag.mirror_cols = s.mirror_cols;
  tag.macro = s.macro;
  tag.grid_cols = s.grid_cols;
  tag.square = (s.layout & abi::LAYOUT_SQUARE) != 0;
  tag.camera_row = s.camera_row;
  tag.camera_rows = s.camera_rows;
  tag.outputs = s.outputs;
  tag.exposure = s.exposure;
  tag.settings = settings;
  return tag;
}

abi::Status validate_nop(const abi::Submission& submission) {
  abi::Submission allowed;
  allowed.opcode = submission.opcode;
  allowed.flags = submission.flags & kKnownFlags;
  allowed.command = submission.command;
  allowed.timeout = submission.timeout;
  return submission == allowed ? abi::Status::OK : abi::Status::INVALID_FIELD;
}

abi::Status validate(const abi::Submission& submission, const abi::Preset& preset,
                     const OpuSettings& settings, const CalibrationTag* calibration) {
  switch (submission.opcode) {
    case abi::Opcode::NOP:
      return validate_nop(submission);
    case abi::Opcode::OPU_PROJECT:
    case abi::Opcode::OPU_CALIBRATE:
      return validate_frames(submission, preset, settings, calibration);
    case abi::Opcode::SPU_WRITE:
    case abi::Opcode::SPU_READ:
    case abi::Opcode::SPU_CLEAR:
    case abi::Opcode::SPU_RUN:
      break;
  }
  return abi::Status::INVALID_OPCODE;
}

}  // namespace photic::kernels
