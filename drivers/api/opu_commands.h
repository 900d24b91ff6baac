// SPDX-License-Identifier: Apache-2.0
// Projections and calibrations as descriptors.
#pragma once

#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "drivers/api/photic.h"

namespace photic::api {

/// Whether a command is so little work for a simulated device that the thread which waits for it may do it
/// itself.
bool is_short(const abi::Submission& submission);

/// Packs `desc`; `pixel_cols` is the width of a camera row. Throws Error(INVALID_ARGUMENT) naming the field
/// that does not fit.
abi::Submission pack_opu(abi::Opcode opcode, const photic_opu_project_desc& desc, uint32_t pixel_cols);

struct OpuSizes {
  uint64_t source = 0;       ///< Bytes of all input vectors.
  uint64_t destination = 0;  ///< Bytes of all outputs.
};

/// Throws Error(INVALID_ARGUMENT) for a format or scheme that does not exist.
OpuSizes opu_sizes(const photic_opu_project_desc& desc);

}  // namespace photic::api
