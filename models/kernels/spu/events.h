// SPDX-License-Identifier: Apache-2.0
// The input stream, a word at a time: headers, events and what is malformed.
// docs/reference/spu-device.md 2.4.
#pragma once

#include <cstdint>

#include "drivers/abi/spiking.h"

namespace photic::kernels::spu {

/// Whether a header word is one: its reserved bits are 0.
constexpr bool header_is_valid(uint64_t word) {
  return abi::SpuEvents::reserved_clear(word);
}

/// Words that follow a header with so many events.
constexpr uint64_t event_words(uint32_t count) {
  return (uint64_t{count} + 1) / 2;
}

/// Event `index` of a step, from the word that holds it.
constexpr abi::SpuEvent event_at(uint64_t word, uint32_t index) {
  return abi::SpuEvent::unpack_half(static_cast<uint32_t>(word >> (32 * (index % 2))));
}

/// Whether the second half of the last word of an odd count is what it must be: 0.
constexpr bool padding_is_valid(uint64_t word) {
  return (word & abi::SpuEvent::kOther.mask()) == 0;
}

}  // namespace photic::kernels::spu
