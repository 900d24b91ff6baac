// SPDX-License-Identifier: Apache-2.0
// The scan a device makes of its program (docs/reference/spu-device.md 2.3), on a program's images.
#pragma once

#include <cstdint>
#include <vector>

#include "host/snn/program.h"

namespace photic::host::snn {

/// The words of one region of a unit as a device would hold them after a program is loaded into memories of
/// 0.
std::vector<uint64_t> region_contents(const Program& program, uint32_t unit, abi::SpuRegion region);

/// Every place a device would find at fault, in the device's order. Empty: the program is sound. Throws
/// SnnError (kProgram) for an image that leaves its memory.
std::vector<abi::SpuPlace> check_program(const Program& program);

}  // namespace photic::host::snn
