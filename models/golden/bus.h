// SPDX-License-Identifier: Apache-2.0
// Bus mastering without time: what a device's bursts read and write, which of them are refused, and how many
// beats they take.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "drivers/abi/device_port.h"
#include "models/golden/register_file.h"

namespace photic::golden {

/// Host memory seen through bursts that end at multiples of timing.toml:read_burst_beats words. Counts beats.
class Bus {
 public:
  Bus(abi::DmaPort& memory, RegisterFile& registers) : memory_(memory), registers_(registers) {}

  /// Reads `words.size()` words; those of refused bursts are 0. Returns the address of the first refused
  /// word.
  std::optional<uint64_t> read(uint64_t address, std::span<uint64_t> words);

  /// Writes all words; refused bursts change nothing. Returns the start address of the first refused burst.
  std::optional<uint64_t> write(uint64_t address, std::span<const uint64_t> words);

 private:
  abi::DmaPort& memory_;
  RegisterFile& registers_;
};

}  // namespace photic::golden
