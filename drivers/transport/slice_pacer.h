// SPDX-License-Identifier: Apache-2.0
// Chooses how much a device may work at a stretch, so that whoever drives it looks around every few
// milliseconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace photic::transport {

/// Doubles the budget of `DevicePort::advance` while slices are short and halves it while they are long.
/// Results do not depend on it.
class SlicePacer {
 public:
  uint64_t budget() const { return budget_; }

  /// `used_up` says that work remained when the slice ended: a device that ran out of work says nothing about
  /// its speed.
  void took(std::chrono::nanoseconds duration, bool used_up) {
    if (used_up && duration < kShort) {
      budget_ = std::min(budget_ * 2, kMost);
    } else if (duration > kLong) {
      budget_ = std::max(budget_ / 2, kLeast);
    }
  }

 private:
  static constexpr std::chrono::nanoseconds kShort = std::chrono::milliseconds(1);
  static constexpr std::chrono::nanoseconds kLong = std::chrono::milliseconds(3);
  static constexpr uint64_t kLeast = 1;
  static constexpr uint64_t kMost = uint64_t{1} << 20;
  uint64_t budget_ = 16;
};

}  // namespace photic::transport
