// SPDX-License-Identifier: Apache-2.0
// Bit flips and ring arithmetic.
#include "sim/faults/completions.h"

#include <limits>

namespace photic::faults {
namespace {

constexpr uint64_t kFieldBits = std::numeric_limits<uint16_t>::digits;

uint16_t flipped(uint16_t value, uint64_t bit) {
  return static_cast<uint16_t>(value ^ (uint32_t{1} << bit));
}

}  // namespace

abi::Completion corrupted(const abi::Completion& completion, const Rule& rule, const Selector& selector) {
  abi::Completion result = completion;
  const uint64_t bit = rule.bit ? *rule.bit : selector.draw(kFieldBits, 0);
  switch (rule.field) {
    case Part::kCommand:
      result.command = flipped(result.command, bit);
      break;
    case Part::kStatus:
      result.status = static_cast<abi::Status>(flipped(static_cast<uint16_t>(result.status), bit));
      break;
    case Part::kPhase:
      result.phase = flipped(result.phase, 0);
      break;
    case Part::kAll: {
      const auto noise = [&](uint64_t lane) {
        return selector.draw(std::numeric_limits<uint64_t>::max(), lane);
      };
      result.start ^= noise(1);
      result.end ^= noise(2);
      result.detail ^= noise(3);
      result.command = static_cast<uint16_t>(result.command ^ noise(4));
      result.sq_head = static_cast<uint16_t>(result.sq_head ^ noise(5));
      result.status = static_cast<abi::Status>(static_cast<uint16_t>(result.status) ^ noise(6));
      break;  // but the phase: the host is to see it
    }
  }
  return result;
}

Slot slot(const Rings::Queue& queue, uint64_t number) {
  return {queue.completions + (number & queue.mask()) * sizeof(abi::Completion),
          static_cast<uint16_t>((number >> queue.log2_entries & 1U) ^ 1U)};
}

}  // namespace photic::faults
