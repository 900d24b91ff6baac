// SPDX-License-Identifier: Apache-2.0
// One sign of life for two devices.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace photic::lockstep {

/// Adds the progress of two devices up, several times a second, on a thread of its own: either of them may be
/// deep in one long exposure.
class ProgressSum {
 public:
  ProgressSum(const std::atomic<uint64_t>& a, const std::atomic<uint64_t>& b)
      : a_(a), b_(b), watcher_([this](const std::stop_token& stop) { watch(stop); }) {}

  /// Brings the sum up to date; call from the thread that drives the devices.
  void update() { sum_.store(a_.load(std::memory_order_relaxed) + b_.load(std::memory_order_relaxed)); }

  const std::atomic<uint64_t>& value() const { return sum_; }

 private:
  void watch(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      wake_.wait_for(lock, stop, std::chrono::milliseconds(100), [] { return false; });
      update();
    }
  }

  const std::atomic<uint64_t>& a_;
  const std::atomic<uint64_t>& b_;
  std::atomic<uint64_t> sum_{0};
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread watcher_;
};

}  // namespace photic::lockstep
