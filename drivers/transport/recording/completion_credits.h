// SPDX-License-Identifier: Apache-2.0
// Completions a host hands back: when it does depends on when it looked, not on what it does.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"

namespace photic::recording {

/// Follows QUEUE_CQ_HEAD of every queue as one host writes it.
class CompletionCredits {
 public:
  /// The queue whose CQ_HEAD lies at `offset`.
  static std::optional<unsigned> queue_of(uint32_t offset) {
    for (unsigned q = 0; q < abi::kQueues; ++q) {
      if (offset == abi::QUEUE_CQ_HEAD(q)) {
        return q;
      }
    }
    return std::nullopt;
  }

  /// Whether a write of `value` to CQ_HEAD hands nothing back but completions that were written and not
  /// handed back before; takes note of it if so. `registers` are the device's, by offset / 4.
  bool accepts(unsigned queue, uint32_t value, std::span<const uint32_t> registers) {
    const uint32_t control = registers[abi::QUEUE_CONTROL(queue) / 4];
    const uint32_t mask = (uint32_t{1} << abi::QUEUE_CONTROL_SIZE_LOG2.get(control)) - 1;
    const uint32_t written = registers[abi::QUEUE_CQ_TAIL(queue) / 4] - heads_[queue];
    if (abi::QUEUE_CONTROL_ENABLE.get(control) == 0 || ((value - heads_[queue]) & mask) > (written & mask)) {
      return false;
    }
    heads_[queue] = value & mask;
    return true;
  }

  /// Any write that the host made.
  void note(uint32_t offset, uint32_t value) {
    for (unsigned q = 0; q < abi::kQueues; ++q) {
      if (offset == abi::QUEUE_CQ_HEAD(q)) {
        heads_[q] = value;
      } else if (offset == abi::QUEUE_CONTROL(q) && abi::QUEUE_CONTROL_ENABLE.get(value) == 0) {
        heads_[q] = 0;
      }
    }
  }

 private:
  std::array<uint32_t, abi::kQueues> heads_{};
};

}  // namespace photic::recording
