// SPDX-License-Identifier: Apache-2.0
// Submissions for the kernel tests: small, valid, to be bent by each test.
#pragma once

#include "drivers/abi/descriptors.h"

namespace photic::kernels {

/// Six U1 features, lined, one row of pixels of the `tiny` preset, INTENSITY to U8.
inline abi::Submission small_projection() {
  abi::Submission s;
  s.opcode = abi::Opcode::OPU_PROJECT;
  s.command = 7;
  s.source = 0x1000;
  s.destination = 0x2000;
  s.features = 6;
  s.vectors = 1;
  s.input = abi::pack_input(abi::InputFormat::U1, 1);
  s.recovery = abi::pack_recovery(abi::Scheme::INTENSITY, abi::OutputFormat::U8);
  s.mirror_row = 1;
  s.mirror_col = 3;
  s.mirror_rows = 2;
  s.mirror_cols = 5;
  s.macro = 1;
  s.scale = 1;
  s.camera_rows = 1;
  s.outputs = 10;
  s.exposure = 100;
  return s;
}

/// A calibration for PROJECT commands like `small_projection` with an anchoring scheme.
inline abi::Submission small_calibration() {
  abi::Submission s = small_projection();
  s.opcode = abi::Opcode::OPU_CALIBRATE;
  s.recovery = abi::pack_recovery(abi::Scheme::ANCHOR, abi::OutputFormat::U8);
  s.source = 0;
  s.destination = 0;
  s.scale = 0;
  s.vectors = 4;
  return s;
}

}  // namespace photic::kernels
