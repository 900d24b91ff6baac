// SPDX-License-Identifier: Apache-2.0
// The commands of a spiking processing unit: how they are packed, what memory they name, how long they take.
#pragma once

#include <cstdint>
#include <cstring>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "drivers/api/event.h"
#include "drivers/api/photic_spu.h"

namespace photic::api {

/// Whether a submission has one of the SPU's layouts.
bool is_spu(const abi::Submission& submission);

/// Whether a command of an SPU of these sizes is so little work for a simulated device that the thread which
/// waits for it may do it itself.
bool is_short_spu(const abi::Submission& submission, const abi::SpuPreset& sizes);

/// The host memory an SPU's command names.
Operands spu_operands(const abi::Submission& submission, const abi::SpuPreset& sizes);

/// Packs without bus addresses: they stay 0. Throw Error(INVALID_ARGUMENT) naming the field that does not
/// fit.
abi::SpuMemory pack_spu_memory(abi::Opcode opcode, const photic_spu_memory_desc& desc);
abi::SpuMemory pack_spu_clear(uint32_t what);
abi::SpuRun pack_spu_run(const photic_spu_run_desc& desc);

/// The host memory a run takes; addresses are those of the record. A record that does not exist takes none.
Operands spu_run_operands(const abi::SpuRun& run, const abi::SpuPreset& sizes);

/// A command's 64 bytes in another of the layouts they have.
template <typename To, typename From>
To as(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(static_cast<void*>(&to), &from, sizeof(to));
  return to;
}

}  // namespace photic::api
