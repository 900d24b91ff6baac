// SPDX-License-Identifier: Apache-2.0
// Moves entries through the rings.
#include "drivers/api/queue.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

namespace photic::api {
namespace {

constexpr size_t kWords = sizeof(abi::Completion) / sizeof(uint64_t);

uint64_t& word(std::byte* entry, size_t index) {
  return reinterpret_cast<uint64_t*>(entry)[index];
}

}  // namespace

Queue::Queue(uint32_t index, uint32_t log2_entries, Memory memory, uint64_t address)
    : index_(index),
      log2_entries_(log2_entries),
      entries_(1U << log2_entries),
      memory_(std::move(memory)),
      address_(address),
      slots_(entries_) {}

void Queue::push(Command command) {
  command.submission.command = static_cast<uint16_t>(tail_);
  std::memcpy(memory_.data() + tail_ * sizeof(abi::Submission), &command.submission, sizeof(abi::Submission));
  // The entry is visible before whatever tells the device of it.
  std::atomic_thread_fence(std::memory_order_release);
  slots_[tail_] = std::move(command);
  tail_ = (tail_ + 1) % entries_;
  ++in_ring_;
}

bool Queue::completion_ready() const {
  std::byte* entry = memory_.data() + entries_ * sizeof(abi::Submission) + head_ * sizeof(abi::Completion);
  const uint64_t last = std::atomic_ref(word(entry, kWords - 1)).load(std::memory_order_acquire);
  uint16_t phase = 0;
  std::memcpy(&phase,
              reinterpret_cast<const std::byte*>(&last) + offsetof(abi::Completion, phase) % sizeof(uint64_t),
              sizeof(phase));
  return (phase & 1U) == phase_;
}

abi::Completion Queue::take_completion() {
  std::byte* entry = memory_.data() + entries_ * sizeof(abi::Submission) + head_ * sizeof(abi::Completion);
  std::array<uint64_t, kWords> words{};
  for (size_t i = 0; i < kWords; ++i) {
    words[i] = std::atomic_ref(word(entry, i)).load(std::memory_order_relaxed);
  }
  abi::Completion completion;
  std::memcpy(static_cast<void*>(&completion), words.data(), sizeof(completion));
  head_ = (head_ + 1) % entries_;
  if (head_ == 0) {
    phase_ ^= 1U;
  }
  ++unacknowledged_;
  return completion;
}

Command Queue::take_command(uint16_t id) {
  Command command;
  if (id < entries_ && slots_[id].event) {
    command = std::exchange(slots_[id], {});
    --in_ring_;
  }
  return command;
}

uint32_t Queue::acknowledge() {
  unacknowledged_ = 0;
  acknowledged_ = head_;
  return head_;
}

void Queue::wipe() {
  std::memset(memory_.data(), 0, memory_.size());
}

std::vector<Command> Queue::clear() {
  std::vector<Command> commands;
  for (uint32_t i = 0; i < entries_; ++i) {
    Command& slot = slots_[(tail_ + i) % entries_];
    if (slot.event) {
      commands.push_back(std::exchange(slot, {}));
    }
  }
  std::move(waiting_.begin(), waiting_.end(), std::back_inserter(commands));
  waiting_.clear();
  tail_ = 0;
  head_ = 0;
  acknowledged_ = 0;
  phase_ = 1;
  in_ring_ = 0;
  unacknowledged_ = 0;
  return commands;
}

}  // namespace photic::api
