// SPDX-License-Identifier: Apache-2.0
// Which modules are to be called in which cycle.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

namespace photic::hw {

class SleepingModule;

/// A timing wheel: one list a cycle for the near future, a heap for what lies further away. Cycles are taken
/// in ascending order; nothing is ever added to one that was taken.
class WakeWheel {
 public:
  static constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

  /// Enters `module` for cycle `cycle`, which is `now` or later; `now` is the next cycle to be taken at the
  /// earliest, and was taken at the latest.
  void add(SleepingModule& module, uint64_t cycle, uint64_t now) {
    if (cycle - now >= kSlots) {
      far_.push({cycle, &module});
      return;
    }
    const size_t slot = cycle % kSlots;
    near_[slot].push_back(&module);
    occupied_ |= uint64_t{1} << slot;
  }

  /// The first cycle from `now` on for which a module is entered, kNever if there is none.
  uint64_t next(uint64_t now) const {
    const uint64_t ahead = std::rotr(occupied_, static_cast<int>(now % kSlots));
    const uint64_t near = ahead == 0 ? kNever : now + static_cast<uint64_t>(std::countr_zero(ahead));
    return far_.empty() || near < far_.top().first ? near : far_.top().first;
  }

  /// Takes cycle `now` and calls `call` for each module entered for it; one entered twice may be called
  /// twice.
  template <typename Call>
  void take(uint64_t now, Call call) {
    const size_t slot = now % kSlots;
    if ((occupied_ >> slot & 1) != 0) {
      taken_.swap(near_[slot]);
      occupied_ &= ~(uint64_t{1} << slot);
      for (SleepingModule* module : taken_) {
        call(*module);
      }
      taken_.clear();
    }
    while (!far_.empty() && far_.top().first == now) {
      SleepingModule* module = far_.top().second;
      far_.pop();
      call(*module);
    }
  }

  /// Forgets everything.
  void clear() {
    for (auto& slot : near_) {
      slot.clear();
    }
    occupied_ = 0;
    far_ = {};
  }

 private:
  static constexpr size_t kSlots = 64;  // as many as `occupied_` has bits
  using Entry = std::pair<uint64_t, SleepingModule*>;

  std::array<std::vector<SleepingModule*>, kSlots> near_;
  uint64_t occupied_ = 0;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> far_;
  std::vector<SleepingModule*> taken_;
};

}  // namespace photic::hw
