// SPDX-License-Identifier: Apache-2.0
// Where a command failed: what a completion's detail says of host memory and of a program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"
#include "drivers/api/event.h"

namespace photic::api {

/// Host memory at fault.
struct MemoryFault {
  uint64_t address = 0;
  std::optional<size_t> operand;  ///< Index in Operands; nothing if the address is in none.
  uint64_t offset = 0;            ///< Bytes from the operand's start.
};

/// Nothing if the command has not ended, or not with a bus address. The address just behind an operand counts
/// as its own.
std::optional<MemoryFault> memory_fault(const Event& event);

/// Nothing if the command has not ended with a place in a program.
std::optional<abi::SpuPlace> program_fault(const Event& event);

/// How a command that has ended went wrong: status, place if there is one, and reason. `sizes` are the
/// device's.
std::string story(const Event& event, const abi::SpuPreset& sizes);

}  // namespace photic::api
