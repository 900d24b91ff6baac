// SPDX-License-Identifier: Apache-2.0
// Which commands a spiking processing unit accepts, and with which status it refuses the others.
#pragma once

#include <bit>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"

namespace photic::kernels::spu {

/// A submission as the record its opcode names.
constexpr abi::SpuMemory as_memory(const abi::Submission& submission) {
  return std::bit_cast<abi::SpuMemory>(submission);
}
constexpr abi::SpuRun as_run(const abi::Submission& submission) {
  return std::bit_cast<abi::SpuRun>(submission);
}

/// The status an SPU gives a submission before it does anything: OK, or the first failure in the order of
/// docs/reference/spu-device.md 2.1.
abi::Status validate(const abi::Submission& submission, const abi::SpuPreset& preset);

}  // namespace photic::kernels::spu
