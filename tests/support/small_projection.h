// SPDX-License-Identifier: Apache-2.0
// One small command that device tests start from and change.
#pragma once

#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/schemes.h"

namespace photic::test {

/// Twelve U1 features of three mirrors each, on the tiny geometry; twenty pixels in two rows; INTENSITY to
/// U8.
inline abi::Submission small_projection(uint64_t source, uint64_t destination) {
  abi::Submission s;
  s.opcode = abi::Opcode::OPU_PROJECT;
  s.command = 0x1234;
  s.source = source;
  s.destination = destination;
  s.features = 12;
  s.vectors = 1;
  s.input = abi::pack_input(abi::InputFormat::U1, 1);
  s.recovery = abi::pack_recovery(abi::Scheme::INTENSITY, abi::OutputFormat::U8);
  s.mirror_row = 2;
  s.mirror_col = 5;
  s.mirror_rows = 4;
  s.mirror_cols = 9;
  s.macro = 3;
  s.scale = 1;
  s.camera_row = 3;
  s.camera_rows = 2;
  s.outputs = 20;
  s.exposure = 100;
  return s;
}

}  // namespace photic::test
