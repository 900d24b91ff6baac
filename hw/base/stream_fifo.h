// SPDX-License-Identifier: Apache-2.0
// The queue between two blocks, with the one timing rule that all of them follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "hw/base/channel.h"

namespace photic::hw {

/// A block broke the rules of a FIFO; the message names the FIFO.
class FifoError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A synchronous FIFO. A word pushed in cycle t can be popped from t+1 on. `full`, `empty` and `count` are
/// those at the start of the cycle: a full FIFO takes nothing even if it is popped in that cycle. At most one
/// push and one pop a cycle.
template <typename T>
class StreamFifo : public Channel {
 public:
  StreamFifo(ClockDomain& clock, const char* name, size_t depth) : Channel(clock, name), slots_(depth) {}

  size_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == slots_.size(); }
  const T& front() const { return slots_[head_]; }

  /// Throws FifoError when full or pushed twice in a cycle.
  void push(const T& word) {
    if (full() || pushed_) {
      throw FifoError(std::string(name()) + (full() ? ": pushed while full" : ": pushed twice in a cycle"));
    }
    slots_[wrap(head_ + count_)] = word;
    pushed_ = true;
    request_commit();
  }
  /// Throws FifoError when empty or popped twice in a cycle.
  const T& pop() {
    if (empty() || popped_) {
      throw FifoError(std::string(name()) + (empty() ? ": popped while empty" : ": popped twice in a cycle"));
    }
    popped_ = true;
    request_commit();
    return slots_[head_];
  }
  /// Empties it at the edge, words pushed in this cycle included.
  void clear() {
    if (count_ != 0 || pushed_) {
      cleared_ = true;
      request_commit();
    }
  }

  void commit() override {
    if (cleared_) {
      reset();
      return;
    }
    head_ = popped_ ? wrap(head_ + 1) : head_;
    count_ += (pushed_ ? 1 : 0);
    count_ -= (popped_ ? 1 : 0);
    pushed_ = popped_ = false;
  }
  void reset() override {
    head_ = count_ = 0;
    pushed_ = popped_ = cleared_ = false;
  }
  void show(TraceVisitor& visitor) const override { visitor.visit("count", 16, count_); }

 private:
  size_t wrap(size_t index) const { return index < slots_.size() ? index : index - slots_.size(); }

  std::vector<T> slots_;
  size_t head_ = 0;
  size_t count_ = 0;
  bool pushed_ = false;
  bool popped_ = false;
  bool cleared_ = false;
};

/// The end from which words are popped, and the end into which they are pushed.
template <typename T>
using StreamIn = sc_core::sc_port<StreamFifo<T>>;
template <typename T>
using StreamOut = sc_core::sc_port<StreamFifo<T>>;

}  // namespace photic::hw
