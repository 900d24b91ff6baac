// SPDX-License-Identifier: Apache-2.0
// A submission in one line, with the fields its opcode has.
#pragma once

#include <string>

#include "drivers/abi/descriptors.h"

namespace photic::lockstep {

/// "OPU_PROJECT command 0x7 source 0x1000 ...": every field of the record that the opcode names.
std::string describe(const abi::Submission& submission);

}  // namespace photic::lockstep
