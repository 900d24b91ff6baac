// SPDX-License-Identifier: Apache-2.0
// What an SPU command leaves in host memory, word by word: names for people, and which words depend on time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"

namespace photic::lockstep {

/// A word of a region: of a core or, with number preset.cores(), of the input/output unit.
struct RegionWord {
  uint32_t unit = 0;
  abi::SpuRegion region{};
  uint32_t word = 0;
};

/// "core 2, STATE word 5 (neuron 2, adaptation)".
std::string describe(const RegionWord& place, const abi::SpuPreset& preset);

/// What a valid command writes at a bus address: "READ of core 2, STATE word 5 (neuron 2, adaptation)",
/// "trace of step 3 (number 17): core 1, CYCLES_STALL", "record 1 (after 4 steps): outputs 2 and 3". Empty if
/// the address is none of its.
std::string describe_result(const abi::Submission& submission, const abi::SpuPreset& preset,
                            uint64_t address);

/// Whether a valid command writes a counter that depends on cycles at a bus address: an untimed target
/// reports 0 there.
bool is_timed_result(const abi::Submission& submission, const abi::SpuPreset& preset, uint64_t address);

}  // namespace photic::lockstep
