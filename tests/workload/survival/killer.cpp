// SPDX-License-Identifier: Apache-2.0
// The random moment is a wait of drawn length.
#include "tests/workload/survival/killer.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "tests/support/census.h"

namespace photic::survival {
namespace {

uint64_t number_from(const char* variable, uint64_t fallback) {
  const char* text = std::getenv(variable);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

}  // namespace

size_t share_of_kills(size_t percent) {
  return std::max<size_t>(number_from("PHOTIC_KILLS", 40) * percent / 100, 1);
}

uint64_t seed_of_kills() {
  return number_from("PHOTIC_KILLS_SEED", 1);
}

Killer::Killer(pid_t parent, std::set<pid_t> spared, uint64_t seed, size_t count,
               std::chrono::microseconds most)
    : parent_(parent), count_(count), most_(most), spared_(std::move(spared)), dice_(seed), thread_([this] {
        work();
      }) {}

Killer::~Killer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

size_t Killer::killed() const {
  const std::lock_guard lock(mutex_);
  return dead_.size();
}

std::chrono::steady_clock::time_point Killer::last_kill() const {
  const std::lock_guard lock(mutex_);
  return last_kill_;
}

/// False if the killer is to stop.
bool Killer::pause(std::chrono::microseconds time) {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, time, [this] { return stop_; });
}

/// A process to kill; -1 if there is none.
pid_t Killer::victim() const {
  for (const pid_t child : test::children_of(parent_)) {
    if (!spared_.contains(child) && !dead_.contains(child)) {
      return child;
    }
  }
  return -1;
}

void Killer::work() {
  constexpr auto kLook = std::chrono::microseconds(200);
  while (!done()) {
    while (victim() < 0) {
      if (!pause(kLook)) {
        return;
      }
    }
    if (!pause(std::chrono::microseconds(dice_.upto(static_cast<uint64_t>(most_.count()))))) {
      return;
    }
    // Whoever is there by now: the process first seen may have ended.
    const pid_t process = victim();
    // Whoever sees the death and then asks is told of it.
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (process > 0 && kill(process, SIGKILL) == 0) {
      dead_.insert(process);
      last_kill_ = now;
    }
  }
}

}  // namespace photic::survival
