// SPDX-License-Identifier: Apache-2.0
// One small projection that tests of the driver and of OpenCL start from and change.
#pragma once

#include "drivers/api/photic.h"

namespace photic::test {

/// Two U1 vectors of ten features on forty mirrors, twenty pixels of two camera rows, INTENSITY to I32: valid
/// on the tiny geometry once source and destination are set.
inline photic_opu_project_desc tiny_projection() {
  photic_opu_project_desc desc{};
  desc.struct_size = sizeof(desc);
  desc.features = 10;
  desc.vectors = 2;
  desc.input_format = PHOTIC_INPUT_U1;
  desc.scheme = PHOTIC_SCHEME_INTENSITY;
  desc.output_format = PHOTIC_OUTPUT_I32;
  desc.mirror_row = 1;
  desc.mirror_rows = 2;
  desc.mirror_cols = 40;
  desc.macro = 4;
  desc.scale = 1;
  desc.camera_row = 1;
  desc.outputs = 20;
  desc.exposure = 1000;
  return desc;
}

}  // namespace photic::test
