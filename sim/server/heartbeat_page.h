// SPDX-License-Identifier: Apache-2.0
// BAR2: the shared page in which a client sees the device live, also during a step that takes long.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "drivers/transport/file_descriptor.h"

namespace photic::sim {

/// Copies a device's progress to a shared page every few milliseconds, from a thread of its own.
class HeartbeatPage {
 public:
  /// Throws transport::Error(OUT_OF_MEMORY).
  explicit HeartbeatPage(const std::atomic<uint64_t>& progress);
  ~HeartbeatPage();
  HeartbeatPage(const HeartbeatPage&) = delete;
  HeartbeatPage& operator=(const HeartbeatPage&) = delete;

  int fd() const { return memory_.get(); }

  /// Ends the process if `socket` is hung up and the serving thread has not called `release` a second later:
  /// a step of the device may take longer than anybody waits for it.
  void guard(int socket) { socket_ = socket; }
  void release() { socket_ = -1; }

 private:
  void run();
  void beat();

  const std::atomic<uint64_t>& progress_;
  transport::FileDescriptor memory_;
  uint64_t* counter_ = nullptr;
  std::atomic<int> socket_{-1};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace photic::sim
