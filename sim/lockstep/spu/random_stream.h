// SPDX-License-Identifier: Apache-2.0
// Random input streams: busy, empty, malformed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/lockstep/dice.h"

namespace photic::lockstep {

/// Ways of a stream to be malformed; the first, "none", is not to be.
std::span<const std::string_view> stream_fault_names();

struct Stream {
  std::vector<uint64_t> words;
  std::string_view fault;  ///< Of stream_fault_names; "none" if there was no place for another.
};

/// A stream for `steps` steps with events of `sources` sources.
Stream draw_stream(Dice& dice, uint32_t steps, uint32_t sources, std::string_view fault);

}  // namespace photic::lockstep
