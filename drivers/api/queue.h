// SPDX-License-Identifier: Apache-2.0
// One pair of rings and the commands on their way through it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/api/event.h"
#include "drivers/api/memory.h"

namespace photic::api {

/// A buffer as the device knows it.
struct Buffer {
  Buffer(Memory pages, uint64_t bytes, uint64_t bus, bool foreign)
      : memory(std::move(pages)), size(bytes), address(bus), imported(foreign) {}
  Memory memory;
  uint64_t size;
  uint64_t address;
  bool imported;
  int pins = 0;  ///< Commands in flight that name it.
};

/// A command from submission to end.
struct Command {
  abi::Submission submission;
  std::shared_ptr<Event> event;
  std::shared_ptr<const std::vector<std::shared_ptr<Event>>>
      dependencies;  ///< Null: none. A batch shares them.
  std::array<std::shared_ptr<Buffer>, std::tuple_size_v<Operands>> buffers;
  bool is_short = false;  ///< So little work that a waiting thread may do it itself.
};

/// The rings of one hardware queue. Knows indices and phases, and nothing of registers, time or locks: the
/// device guards it.
class Queue {
 public:
  Queue(uint32_t index, uint32_t log2_entries, Memory memory, uint64_t address);

  uint32_t index() const { return index_; }
  uint32_t log2_entries() const { return log2_entries_; }
  uint32_t entries() const { return entries_; }
  uint32_t capacity() const { return entries_ - 1; }
  uint64_t submission_address() const { return address_; }
  uint64_t completion_address() const { return address_ + entries_ * sizeof(abi::Submission); }
  const Memory& memory() const { return memory_; }
  uint64_t address() const { return address_; }

  size_t in_flight() const { return waiting_.size() + in_ring_; }
  size_t in_ring() const { return in_ring_; }
  std::deque<Command>& waiting() { return waiting_; }

  /// Room in the ring for one more entry, counting completions not yet acknowledged as taken.
  bool has_room() const { return in_ring_ + unacknowledged_ < capacity() && !slots_[tail_].event; }
  /// Writes the command into the ring. The doorbell is the caller's.
  void push(Command command);
  uint32_t tail() const { return tail_; }

  /// True if the device has written the next completion. Reads shared memory only.
  bool completion_ready() const;
  /// Takes the next completion.
  abi::Completion take_completion();
  /// Takes the command a completion names out of the ring; an empty one (no event) if no such command is in
  /// it.
  Command take_command(uint16_t id);

  size_t unacknowledged() const { return unacknowledged_; }
  /// The index to acknowledge completions with; they count as acknowledged from now on.
  uint32_t acknowledge();
  /// That index, as given out last.
  uint32_t acknowledged() const { return acknowledged_; }
  /// Index of the next completion.
  uint32_t head() const { return head_; }

  /// Forgets what is in the rings and returns every command, oldest first. A device may still be at work in
  /// their memory.
  std::vector<Command> clear();
  /// Zeroes the rings, as a device must find them when it opens them. Only while no device uses them.
  void wipe();

 private:
  uint32_t index_;
  uint32_t log2_entries_;
  uint32_t entries_;
  Memory memory_;
  uint64_t address_;
  uint32_t tail_ = 0;  // submissions
  uint32_t head_ = 0;  // completions
  uint32_t acknowledged_ = 0;
  uint16_t phase_ = 1;
  size_t in_ring_ = 0;
  size_t unacknowledged_ = 0;
  std::vector<Command> slots_;   // by ring index, which is the command id
  std::deque<Command> waiting_;  // not yet in the ring, in order of submission
};

}  // namespace photic::api
