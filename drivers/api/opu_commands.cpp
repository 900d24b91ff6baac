// SPDX-License-Identifier: Apache-2.0
// Packs projections and calibrations.
#include "drivers/api/opu_commands.h"

#include <string>

#include "drivers/abi/schemes.h"
#include "drivers/api/narrow.h"
#include "drivers/transport/error.h"

namespace photic::api {
namespace {

using transport::Error;

// Products of mirrors, pixels and frames up to which a command is short: well under a millisecond on any
// model.
constexpr double kShortWork = 1 << 18;

uint32_t part(const char* name, uint32_t value, uint32_t width) {
  if (value >= (1U << width)) {
    throw Error(abi::Status::INVALID_ARGUMENT, std::string(name) + " = " + std::to_string(value) +
                                                   " does not fit its " + std::to_string(width) + " bits");
  }
  return value;
}

uint32_t all_planes(uint32_t format) {
  switch (static_cast<abi::InputFormat>(format)) {
    case abi::InputFormat::U8:
      return 8;
    case abi::InputFormat::I8:
      return 7;
    default:
      return 1;
  }
}

uint64_t padded_bytes(uint64_t entries, uint64_t bits) {
  return (entries * bits + 63) / 64 * 8;
}

}  // namespace

bool is_short(const abi::Submission& submission) {
  const double mirrors = double(submission.mirror_rows) * submission.mirror_cols;
  switch (submission.opcode) {
    case abi::Opcode::OPU_PROJECT:
    case abi::Opcode::OPU_CALIBRATE: {
      const double planes = abi::input_planes(submission.input);
      // Four steps at most, each with a positive and a negative frame.
      return mirrors * submission.outputs * submission.vectors * planes * 8 <= kShortWork &&
             submission.exposure <= kShortWork;
    }
    default:
      return true;
  }
}

abi::Submission pack_opu(abi::Opcode opcode, const photic_opu_project_desc& desc, uint32_t pixel_cols) {
  abi::Submission s;
  const bool project = opcode == abi::Opcode::OPU_PROJECT;
  s.opcode = opcode;
  s.flags = desc.strict != 0 ? abi::SUBMIT_STRICT : uint8_t{0};
  s.timeout = desc.timeout;
  s.source = project ? desc.source : 0;
  s.destination = project ? desc.destination : 0;
  s.features = desc.features;
  s.vectors = narrow<uint16_t>("vectors", desc.vectors);
  // A calibration has neither input nor output: the fields that describe them stay 0, so one description
  // serves both commands.
  const uint32_t format = project ? desc.input_format : static_cast<uint32_t>(abi::InputFormat::U1);
  const uint32_t planes = project && desc.input_planes != 0 ? desc.input_planes : all_planes(format);
  s.input = abi::pack_input(
      static_cast<abi::InputFormat>(part("input_format", format, abi::SUBMISSION_INPUT_FORMAT.width)),
      part("input_planes", planes, abi::SUBMISSION_INPUT_PLANES.width));
  const uint32_t output = project ? desc.output_format : 0;
  s.recovery = abi::pack_recovery(
      static_cast<abi::Scheme>(part("scheme", desc.scheme, abi::SUBMISSION_RECOVERY_SCHEME.width)),
      static_cast<abi::OutputFormat>(
          part("output_format", output, abi::SUBMISSION_RECOVERY_OUTPUT_FORMAT.width)));
  s.mirror_row = narrow<uint16_t>("mirror_row", desc.mirror_row);
  s.mirror_col = narrow<uint16_t>("mirror_col", desc.mirror_col);
  s.mirror_rows = narrow<uint16_t>("mirror_rows", desc.mirror_rows);
  s.mirror_cols = narrow<uint16_t>("mirror_cols", desc.mirror_cols);
  s.macro = narrow<uint16_t>("macro", desc.macro);
  s.grid_cols = narrow<uint16_t>("grid_cols", desc.grid_cols);
  s.scale = project ? narrow<uint16_t>("scale", desc.scale) : uint16_t{0};
  s.layout = narrow<uint8_t>("layout", desc.layout);
  s.shift = project ? narrow<uint8_t>("shift", desc.shift) : uint8_t{0};
  s.camera_row = narrow<uint16_t>("camera_row", desc.camera_row);
  const uint32_t rows =
      pixel_cols == 0 ? 0 : desc.outputs / pixel_cols + (desc.outputs % pixel_cols != 0 ? 1 : 0);
  s.camera_rows = narrow<uint16_t>("camera_rows", desc.camera_rows == 0 ? rows : desc.camera_rows);
  s.outputs = desc.outputs;
  s.exposure = desc.exposure;
  s.frame = desc.frame;
  return s;
}

OpuSizes opu_sizes(const photic_opu_project_desc& desc) {
  const abi::SchemeSpec* scheme = abi::find_scheme(desc.scheme);
  const unsigned input_bits = abi::bits_of(static_cast<abi::InputFormat>(desc.input_format));
  const unsigned output_bits = abi::bits_of(static_cast<abi::OutputFormat>(desc.output_format));
  const bool known = desc.input_format <= UINT8_MAX && desc.output_format <= UINT8_MAX;
  if (!scheme || !known || input_bits == 0 || output_bits == 0) {
    throw Error(abi::Status::INVALID_ARGUMENT,
                "scheme " + std::to_string(desc.scheme) + ", input format " +
                    std::to_string(desc.input_format) + " or output format " +
                    std::to_string(desc.output_format) +
                    " does not exist; use the PHOTIC_SCHEME_, _INPUT_ and _OUTPUT_ constants");
  }
  const uint64_t parts = scheme->complex && (desc.layout & abi::LAYOUT_REAL_ONLY) == 0 ? 2 : 1;
  return {padded_bytes(desc.features, input_bits) * desc.vectors,
          padded_bytes(uint64_t{desc.outputs} * parts, output_bits) * desc.vectors};
}

}  // namespace photic::api
