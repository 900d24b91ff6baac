// SPDX-License-Identifier: Apache-2.0
// Every way a program can be at fault (docs/reference/spu-device.md 2.3), one word at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/lockstep/dice.h"
#include "sim/lockstep/spu/program.h"

namespace photic::lockstep {

/// A word of a program with another value.
struct ChangedWord {
  uint32_t unit = 0;
  abi::SpuRegion region{};
  uint32_t word = 0;
  uint64_t value = 0;
};

/// The names of all faults: "axon_delay", "io_fanout_host" ...
std::span<const std::string_view> program_fault_names();

/// Whether programs of a geometry can have a fault: where a field cannot hold a number that is too large,
/// they cannot.
bool fault_exists(std::string_view fault, const abi::SpuPreset& preset);

/// The change that gives a program without fault the named one, at a random place. Nothing if it has no place
/// for it.
std::optional<ChangedWord> draw_fault(Dice& dice, const Program& program, std::string_view fault);

}  // namespace photic::lockstep
