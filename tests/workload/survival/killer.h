// SPDX-License-Identifier: Apache-2.0
// Kills at random moments drawn from a seed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace photic::survival {

/// `percent` of the kills that PHOTIC_KILLS asks for (40 unless set), at least 1.
size_t share_of_kills(size_t percent);

/// PHOTIC_KILLS_SEED, 1 unless set.
uint64_t seed_of_kills();

/// Numbers from a seed.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  /// 0 to `most`.
  uint64_t upto(uint64_t most) { return engine_() % (most + 1); }

 private:
  std::mt19937_64 engine_;
};

/// A thread that kills `count` processes, one after the other: each is a child of `parent`, not among
/// `spared`, and is killed up to `most` after such a child was seen.
class Killer {
 public:
  Killer(pid_t parent, std::set<pid_t> spared, uint64_t seed, size_t count, std::chrono::microseconds most);
  /// Kills no more.
  ~Killer();
  Killer(const Killer&) = delete;
  Killer& operator=(const Killer&) = delete;

  size_t killed() const;
  bool done() const { return killed() == count_; }
  std::chrono::steady_clock::time_point last_kill() const;

 private:
  void work();
  bool pause(std::chrono::microseconds time);
  pid_t victim() const;

  const pid_t parent_;
  const size_t count_;
  const std::chrono::microseconds most_;
  const std::set<pid_t> spared_;
  Dice dice_;
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::set<pid_t> dead_;
  std::chrono::steady_clock::time_point last_kill_;
  std::thread thread_;
};

}  // namespace photic::survival
