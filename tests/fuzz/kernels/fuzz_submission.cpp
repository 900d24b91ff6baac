// SPDX-License-Identifier: Apache-2.0
// Any 64 bytes are refused as a command, or are one whose frames are what its shape says.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "models/kernels/descriptor_check.h"
#include "models/kernels/frames.h"

namespace {

/// What the driver sets up before a first command.
struct Input {
  photic::abi::Submission submission;
  photic::kernels::OpuSettings settings;
  uint8_t preset;
  uint8_t calibrated;
};

void check_frames(const photic::abi::Submission& submission) {
  const auto shape = photic::kernels::command_shape(submission);
  const uint32_t frames = shape.frames();
  if (frames == 0) {
    std::abort();
  }
  for (const uint32_t index : {0u, frames / 2, frames - 1}) {
    const auto frame = photic::kernels::frame_at(submission, index);
    if (frame.vector >= shape.vectors || frame.plane >= shape.planes || frame.step >= shape.steps) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input input{};
  std::memcpy(&input, data, size < sizeof(input) ? size : sizeof(input));
  const auto& presets = photic::abi::kPresets;
  const auto& preset = presets[input.preset % std::size(presets)];
  const auto tag = photic::kernels::calibration_tag(input.submission, input.settings);
  const auto status = photic::kernels::validate(input.submission, preset, input.settings,
                                                (input.calibrated & 1) != 0 ? &tag : nullptr);
  if (status == photic::abi::Status::OK && input.submission.opcode != photic::abi::Opcode::NOP) {
    check_frames(input.submission);
  }
  return 0;
}
