// SPDX-License-Identifier: Apache-2.0
// Follows ring registers and indices.
#include "sim/faults/rings.h"

#include "drivers/abi/descriptors.h"

namespace photic::faults {
namespace {

constexpr uint64_t kAlignment = 64;  // lower bits of a ring's base are ignored

// Adds the entry at `address` to `place` if it lies in the ring.
bool in_ring(uint64_t address, uint64_t base, uint64_t entries, uint64_t bytes, Place* place) {
  if (address < base || address - base >= entries * bytes) {
    return false;
  }
  place->entry = static_cast<uint32_t>((address - base) / bytes);
  place->offset = (address - base) % bytes;
  return true;
}

}  // namespace

uint64_t Rings::base(uint32_t low, uint32_t high) const {
  const auto word = [this](uint32_t offset) { return uint64_t{written_[offset / sizeof(uint32_t)]}; };
  return (word(low) | word(high) << 32) & ~(kAlignment - 1);
}

void Rings::note_write(uint32_t offset, uint32_t value) {
  written_.at(offset / sizeof(uint32_t)) = value;
  for (unsigned q = 0; q < abi::kQueues; ++q) {
    if (offset != abi::QUEUE_CONTROL(q)) {
      continue;
    }
    Queue& queue = queues_[q];
    const bool enable = abi::QUEUE_CONTROL_ENABLE.get(value) != 0;
    if (enable && !queue.enabled) {
      queue = {true,
               abi::QUEUE_CONTROL_SIZE_LOG2.get(value),
               base(abi::QUEUE_SQ_BASE_LO(q), abi::QUEUE_SQ_BASE_HI(q)),
               base(abi::QUEUE_CQ_BASE_LO(q), abi::QUEUE_CQ_BASE_HI(q)),
               0,
               0,
               0};
    }
    queue.enabled = enable;
  }
}

Place Rings::find(uint64_t address) const {
  Place place;
  for (unsigned q = 0; q < abi::kQueues; ++q) {
    const Queue& queue = queues_[q];
    place.queue = q;
    const uint64_t entries = uint64_t{queue.mask()} + 1;
    if (queue.enabled && in_ring(address, queue.submissions, entries, sizeof(abi::Submission), &place)) {
      place.kind = Place::Kind::kSubmission;
      return place;
    }
    if (queue.enabled && in_ring(address, queue.completions, entries, sizeof(abi::Completion), &place)) {
      place.kind = Place::Kind::kCompletion;
      return place;
    }
  }
  return {};
}

bool Rings::take_fetch(const Place& place) {
  Queue& queue = queues_[place.queue];
  if (place.entry != (queue.fetched & queue.mask())) {
    return false;
  }
  ++queue.fetched;
  return true;
}

bool Rings::take_completion(const Place& place) {
  Queue& queue = queues_[place.queue];
  if (place.entry != (queue.completed & queue.mask())) {
    return false;
  }
  ++queue.completed;
  return true;
}

std::optional<unsigned> Rings::doorbell(uint32_t offset) const {
  for (unsigned q = 0; q < abi::kQueues; ++q) {
    if (offset == abi::QUEUE_SQ_TAIL(q) && queues_[q].enabled) {
      return q;
    }
  }
  return std::nullopt;
}

}  // namespace photic::faults
