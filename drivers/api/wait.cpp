// SPDX-License-Identifier: Apache-2.0
// The one path by which threads wait for commands, and how completions are harvested.
#include <algorithm>
#include <bit>
#include <utility>

#include "drivers/abi/registers.h"
#include "drivers/api/device.h"

namespace photic::api {
namespace {

using std::chrono::milliseconds;

// The service thread leaves the transport to waiting callers; it looks again after so long.
constexpr auto kServiceTick = milliseconds(1);
constexpr int kQuietTicks = 50;
// An interrupt that has not come so long after its completion was seen is missed.
constexpr auto kInterruptLimit = milliseconds(20);

void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

bool Device::any_ready() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const QueueSlot& slot) { return slot.has_work() && slot.queue->completion_ready(); });
}

// Ends what has completed and starts what waited for it, until neither finds anything.
void Device::harvest() {
  const size_t before = in_flight_;
  bool again = !lost_;
  while (again) {
    again = false;
    for (QueueSlot& slot : slots_) {
      bool moved = false;
      while (slot.has_work() && slot.queue->completion_ready()) {
        finish_completed(*slot.queue, slot.queue->take_completion());
        moved = true;
      }
      if (moved) {
        silence_ = {};
        slot.progress(Clock::now());
        again = true;
      }
    }
    for (const QueueSlot& slot : slots_) {
      if (slot.queue && !slot.queue->waiting().empty()) {
        const size_t in_flight = in_flight_;
        launch(*slot.queue);
        again = again || in_flight_ != in_flight;
      }
    }
  }
  if (in_flight_ != before) {
    wake();
  }
}

void Device::wake() {
  if (sleepers_ > 0) {
    changed_.notify_all();
  }
}

void Device::notify_watchers(Lock& lock) {
  if (to_notify_.empty()) {
    return;
  }
  const auto devices = std::exchange(to_notify_, {});
  lock.unlock();
  for (const auto& weak : devices) {
    if (const auto device = weak.lock()) {
      device->poll();
    }
  }
  lock.lock();
}

photic_event_info Device::describe(const Event& event) {
  Lock lock(mutex_);
  harvest();
  photic_event_info info{};
  info.struct_size = sizeof(info);
  info.status = event.is_done() ? static_cast<photic_status>(event.status) : photic_status{PHOTIC_BUSY};
  info.queued_ns = event.queued_ns;
  info.submitted_ns = event.submitted_ns;
  info.completed_ns = event.completed_ns;
  info.start_cycle = event.start_cycle;
  info.end_cycle = event.end_cycle;
  info.detail = event.detail;
  notify_watchers(lock);
  return info;
}

void Device::poll() {
  Lock lock(mutex_);
  harvest();
  notify_watchers(lock);
}

void Device::watch(Lock& lock, Clock::time_point deadline, bool may_help) {
  watching_ = true;
  const uint64_t epoch = epoch_;
  const bool help = may_help && long_in_ring_ == 0;
  const auto until = std::min(deadline, Clock::now() + glance_);
  std::optional<Error> failure;
  if (may_help) {
    const auto spin = std::min(until, Clock::now() + transport_->description().spin);
    while (in_ring_ > 0 && !any_ready() && Clock::now() < spin) {
      lock.unlock();
      for (int i = 0; i < 16; ++i) {
        pause_cpu();
      }
      lock.lock();
    }
  }
  if (!any_ready()) {
    uint32_t vectors = 0;
    lock.unlock();
    try {
      vectors = transport_->wait(until, help);
    } catch (const Error& error) {
      failure = error;
    }
    lock.lock();
    note_interrupts(vectors, !failure && vectors == 0 && Clock::now() >= until);
  }
  watching_ = false;
  if (failure && !lost_ && epoch == epoch_) {
    lose(*failure);
    wake();
  }
  harvest();
  check_life();
  wake();
}

// `silent`: the transport was listened to up to the glance's end and brought nothing. A completion found then
// has its interrupt still on the way, or lost.
void Device::note_interrupts(uint32_t vectors, bool silent) {
  if ((vectors & abi::SHELL_IRQ_STATUS_ERROR.mask()) != 0) {
    halted_ = true;
    service_.notify_one();
  }
  owed_ &= ~vectors;
  if (!silent) {
    return;
  }
  const auto now = Clock::now();
  if (owed_ != 0 && now - owed_since_ >= kInterruptLimit) {
    health_.interrupts_missed += static_cast<uint64_t>(std::popcount(owed_));
    owed_ = 0;
  }
  for (const QueueSlot& slot : slots_) {
    if (slot.has_work() && slot.queue->completion_ready()) {
      owed_since_ = owed_ == 0 ? now : owed_since_;
      owed_ |= 1U << slot.queue->index();
    }
  }
}

bool Device::wait_until(const std::function<bool()>& done, Clock::time_point deadline) {
  Lock lock(mutex_);
  ++waiters_;
  bool finished = false;
  while (true) {
    harvest();
    notify_watchers(lock);
    finished = done();
    if (finished || Clock::now() >= deadline) {
      break;
    }
    if (watching_) {
      ++sleepers_;
      changed_.wait_until(lock, std::min(deadline, Clock::now() + glance_));
      --sleepers_;
    } else {
      watch(lock, deadline, true);
    }
  }
  --waiters_;
  // Somebody else takes the watch over.
  wake();
  return finished;
}

void Device::serve() {
  Lock lock(mutex_);
  const auto has_work = [this] { return in_flight_ > 0 || owed_ != 0 || halted_ || any_quarantine(); };
  int quiet = 0;
  while (!stop_) {
    const bool work = has_work();
    quiet = work ? 0 : quiet + 1;
    if (quiet > kQuietTicks) {
      service_asleep_ = true;
      service_.wait(lock, [&] { return stop_ || has_work(); });
      service_asleep_ = false;
      quiet = 0;
    } else if (work && inspection_due()) {
      inspect(lock);
      notify_watchers(lock);
    } else if (work && !watching_ && waiters_ == 0) {
      watch(lock, Clock::now() + kServiceTick, false);
      notify_watchers(lock);
    } else {
      service_.wait_for(lock, kServiceTick);
    }
  }
}

std::pair<abi::Status, std::string> Device::take_unwanted_failure(Queue& queue) {
  const std::lock_guard lock(mutex_);
  const Failure failure = std::exchange(slots_[queue.index()].unwanted, {});
  return {failure.status, failure.reason};
}

}  // namespace photic::api
