// SPDX-License-Identifier: Apache-2.0
// Frames in the order vectors, planes, steps.
#include "models/kernels/frames.h"

namespace photic::kernels {
namespace {

bool is_signed_input(abi::InputFormat format) {
  return format == abi::InputFormat::T2 || format == abi::InputFormat::I8;
}

const abi::SchemeSpec& scheme_of(const abi::Submission& submission) {
  const abi::SchemeSpec* const scheme =
      abi::find_scheme(static_cast<unsigned>(abi::recovery_scheme(submission.recovery)));
  return scheme != nullptr ? *scheme : abi::kSchemes.front();
}

uint32_t words_for(uint64_t bits) {
  return static_cast<uint32_t>((bits + 63) / 64);
}

bool outside_value(abi::Outside outside, uint8_t layout) {
  switch (outside) {
    case abi::Outside::FLAG:
      return (layout & abi::LAYOUT_OUTSIDE_LIT) != 0;
    case abi::Outside::DARK:
      return false;
    case abi::Outside::LIT:
      return true;
  }
  return false;
}

}  // namespace

CommandShape command_shape(const abi::Submission& submission) {
  CommandShape shape;
  if (submission.opcode == abi::Opcode::OPU_CALIBRATE) {
    shape.vectors = 1;
    shape.planes = 1;
    shape.steps = submission.vectors;
    return shape;
  }
  const abi::SchemeSpec& scheme = scheme_of(submission);
  const abi::InputFormat input = abi::input_format(submission.input);
  const abi::OutputFormat output = abi::recovery_output_format(submission.recovery);
  shape.vectors = submission.vectors;
  shape.planes = abi::input_planes(submission.input) * (is_signed_input(input) ? 2 : 1);
  shape.steps = scheme.steps_count;
  shape.source_words = words_for(uint64_t{submission.features} * abi::bits_of(input));
  shape.values_per_pixel = scheme.complex && (submission.layout & abi::LAYOUT_REAL_ONLY) == 0 ? 2 : 1;
  shape.value_bytes = abi::bits_of(output) / 8;
  shape.destination_words =
      words_for(uint64_t{submission.outputs} * shape.values_per_pixel * abi::bits_of(output));
  return shape;
}

int32_t plane_weight(abi::InputFormat format, unsigned planes, unsigned plane) {
  const bool negative = is_signed_input(format) && plane >= planes;
  const int32_t magnitude = int32_t{1} << (negative ? plane - planes : plane);
  return negative ? -magnitude : magnitude;
}

int32_t plane_weight_sum(abi::InputFormat format, unsigned planes) {
  return is_signed_input(format) ? 0 : (int32_t{1} << planes) - 1;
}

Frame frame_at(const abi::Submission& submission, uint32_t index) {
  const abi::SchemeSpec& scheme = scheme_of(submission);
  const CommandShape shape = command_shape(submission);
  Frame frame;
  frame.calibrating = submission.opcode == abi::Opcode::OPU_CALIBRATE;
  frame.step = index % shape.steps;
  frame.plane = index / shape.steps % shape.planes;
  frame.vector = index / shape.steps / shape.planes;
  frame.number = submission.frame + index;
  frame.first_of_vector = frame.plane == 0 && frame.step == 0;
  frame.last_of_vector = frame.plane + 1 == shape.planes && frame.step + 1 == shape.steps;

  const abi::SchemeStep& step = frame.calibrating ? scheme.calibration : scheme.steps[frame.step];
  frame.pattern = {step.features, outside_value(step.outside, submission.layout)};
  frame.reference_phase = step.phase < 0 ? kReferenceBlocked : static_cast<uint8_t>(step.phase);
  if (frame.calibrating) {
    frame.re = 1;
    return frame;
  }
  const abi::InputFormat input = abi::input_format(submission.input);
  const unsigned planes = abi::input_planes(submission.input);
  const int32_t weight = plane_weight(input, planes, frame.plane);
  frame.re = weight * step.re;
  frame.im = weight * step.im;
  if (frame.first_of_vector && scheme.calibrates) {
    frame.calibration = scheme.calibration.re * plane_weight_sum(input, planes);
  }
  return frame;
}

}  // namespace photic::kernels
