// SPDX-License-Identifier: Apache-2.0
// Ring arithmetic of the host. Counters run on; ring indices are their low bits and the phase the bit above.
#include "sim/lockstep/ring_client.h"

#include <array>
#include <bit>

#include "drivers/abi/registers.h"

namespace photic::lockstep {

void RingClient::open() {
  const unsigned q = place_.queue;
  const uint32_t entries = mask() + 1;
  for (uint64_t at = 0; at < entries * sizeof(abi::Submission); at += 8) {
    memory_->poke(place_.submissions + at, 0);
  }
  for (uint64_t at = 0; at < entries * sizeof(abi::Completion); at += 8) {
    memory_->poke(place_.completions + at, 0);
  }
  device_->write(abi::QUEUE_CONTROL(q), 0);
  device_->write(abi::QUEUE_SQ_BASE_LO(q), static_cast<uint32_t>(place_.submissions));
  device_->write(abi::QUEUE_SQ_BASE_HI(q), static_cast<uint32_t>(place_.submissions >> 32));
  device_->write(abi::QUEUE_CQ_BASE_LO(q), static_cast<uint32_t>(place_.completions));
  device_->write(abi::QUEUE_CQ_BASE_HI(q), static_cast<uint32_t>(place_.completions >> 32));
  device_->write(abi::QUEUE_CONTROL(q),
                 abi::QUEUE_CONTROL_ENABLE.set(1) | abi::QUEUE_CONTROL_SIZE_LOG2.set(place_.size_log2));
  tail_ = head_ = consumed_ = 0;
}

unsigned RingClient::free_entries() const {
  return mask() - (tail_ - consumed_);
}

void RingClient::submit(const abi::Submission& submission) {
  const auto words = std::bit_cast<std::array<uint64_t, sizeof(abi::Submission) / 8>>(submission);
  memory_->poke(place_.submissions + sizeof(abi::Submission) * (tail_ & mask()), words);
  ++tail_;
}

void RingClient::ring_doorbell() {
  device_->write(abi::QUEUE_SQ_TAIL(place_.queue), tail_ & mask());
}

std::optional<abi::Completion> RingClient::next_completion() {
  std::array<uint64_t, sizeof(abi::Completion) / 8> words{};
  for (size_t i = 0; i < words.size(); ++i) {
    words[i] = memory_->peek(place_.completions + sizeof(abi::Completion) * (head_ & mask()) + 8 * i);
  }
  const auto completion = std::bit_cast<abi::Completion>(words);
  const uint32_t expected_phase = ((head_ >> place_.size_log2) & 1) ^ 1;
  if ((completion.phase & 1u) != expected_phase) {
    return std::nullopt;
  }
  ++head_;
  ++consumed_;
  return completion;
}

void RingClient::acknowledge() {
  device_->write(abi::QUEUE_CQ_HEAD(place_.queue), head_ & mask());
}

}  // namespace photic::lockstep
