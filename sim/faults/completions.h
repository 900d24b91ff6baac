// SPDX-License-Identifier: Apache-2.0
// Completions on their way to the host, spoiled.
#pragma once

#include <array>
#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "sim/faults/rings.h"
#include "sim/faults/rules.h"
#include "sim/faults/selector.h"

namespace photic::faults {

using CompletionWords = std::array<uint64_t, sizeof(abi::Completion) / sizeof(uint64_t)>;

/// The completion with what `rule` says of it flipped.
abi::Completion corrupted(const abi::Completion& completion, const Rule& rule, const Selector& selector);

/// Entry and phase that the `number`-th completion since the queue was opened belongs into.
struct Slot {
  uint64_t address = 0;
  uint16_t phase = 0;
};
Slot slot(const Rings::Queue& queue, uint64_t number);

}  // namespace photic::faults
