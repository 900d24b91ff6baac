// SPDX-License-Identifier: Apache-2.0
// How commands end, and the one path by which threads wait for that.
#include <algorithm>
#include <utility>

#include "drivers/abi/registers.h"
#include "drivers/api/device.h"
#include "drivers/api/fault.h"

namespace photic::api {
namespace {

using std::chrono::milliseconds;

// Between two looks at everything: a lost interrupt costs no more than this.
constexpr auto kGlance = milliseconds(20);
// The service thread leaves the transport to waiting callers; it looks again after so long.
constexpr auto kServiceTick = milliseconds(1);
constexpr int kQuietTicks = 50;

constexpr uint16_t kUnreadCommand = 0xFFFF;

void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

void Device::check_not_lost() const {
  if (lost_) {
    throw *lost_;
  }
}

std::optional<Error> Device::loss() {
  Lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) {
    return std::nullopt;  // whoever holds the lock is being served
  }
  if (const auto death = transport_->death(); death && !lost_) {
    lose(*death);
  }
  std::optional<Error> lost = lost_;
  notify_watchers(lock);
  return lost;
}

bool Device::any_ready() const {
  return std::any_of(queues_.begin(), queues_.end(), [](const auto& queue) {
    return queue && queue->in_ring() > 0 && queue->completion_ready();
  });
}

void Device::finish(const Command& command, abi::Status status, const std::string& reason) {
  for (const auto& buffer : command.buffers) {
    if (buffer) {
      --buffer->pins;
    }
  }
  --in_flight_;
  Event& event = *command.event;
  event.status = status;
  event.reason = reason;
  event.completed_ns = static_cast<uint64_t>(Clock::now().time_since_epoch().count());
  std::move(event.watchers.begin(), event.watchers.end(), std::back_inserter(to_notify_));
  event.watchers.clear();
  event.done.store(true, std::memory_order_release);
  if (auto& first = unwanted_failures_[event.queue];
      status != abi::Status::OK && !event.wanted && first.first == abi::Status::OK) {
    first = {status, story(event, identity_.spu)};
  }
}

void Device::finish_completed(Queue& queue, const abi::Completion& completion) {
  if (completion.command == kUnreadCommand) {
    fail_queue(queue, completion.status,
               "the device could not read queue " + std::to_string(queue.index()) +
                   "'s ring; release the queue and open another");
    return;
  }
  Command command = queue.take_command(completion.command);
  if (!command.event) {
    lose("the device completed command " + std::to_string(completion.command) + " on queue " +
         std::to_string(queue.index()) + ", which was not in flight; reset it");
    return;
  }
  --in_ring_;
  long_in_ring_ -= command.is_short ? 0 : 1;
  command.event->start_cycle = completion.start;
  command.event->end_cycle = completion.end;
  command.event->detail = completion.detail;
  finish(command, completion.status, {});
}

void Device::fail_queue(Queue& queue, abi::Status status, const std::string& reason) {
  queue_failures_[queue.index()] = {status, reason};
  in_ring_ -= queue.in_ring();
  for (const Command& command : queue.clear()) {
    long_in_ring_ -= command.event->submitted_ns != 0 && !command.is_short ? 1 : 0;
    finish(command, status, reason);
  }
}

void Device::lose(const Error& error) {
  // Whatever else went wrong with an endpoint, it is gone for its commands.
  const bool named =
      error.status() == abi::Status::CHECK_FAILED || error.status() == abi::Status::PROTOCOL_ERROR;
  lost_ = Error(named ? error.status() : abi::Status::DEVICE_LOST, error.what());
  for (const auto& queue : queues_) {
    if (queue) {
      for (const Command& command : queue->clear()) {
        finish(command, lost_->status(), lost_->what());
      }
    }
  }
  in_ring_ = 0;
  long_in_ring_ = 0;
}

// Ends what has completed and starts what waited for it, until neither finds anything.
void Device::harvest() {
  const size_t before = in_flight_;
  bool again = !lost_;
  while (again) {
    again = false;
    for (const auto& queue : queues_) {
      while (queue && queue->in_ring() > 0 && queue->completion_ready()) {
        finish_completed(*queue, queue->take_completion());
        again = true;
      }
    }
    for (const auto& queue : queues_) {
      if (queue && !queue->waiting().empty()) {
        const size_t in_flight = in_flight_;
        launch(*queue);
        again = again || in_flight_ != in_flight;
      }
    }
  }
  if (in_flight_ != before) {
    progress_ = Clock::now();
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

// Loses the device if its endpoint died or its heartbeat has stood still for the stall time while it had
// work.
void Device::check_life() {
  if (lost_) {
    return;
  }
  if (const auto death = transport_->death()) {
    lose(*death);
  } else if (const uint64_t beat = transport_->heartbeat(); beat != heartbeat_ || in_ring_ == 0) {
    heartbeat_ = beat;
    progress_ = Clock::now();
  } else if (Clock::now() - progress_ > stall_) {
    lose("the device made no progress for " + std::to_string(stall_.count()) +
         " ms with commands in flight; reset or reopen it, or raise the URI's stall_ms");
  } else {
    return;
  }
  if (lost_) {
    wake();
  }
}

void Device::watch(Lock& lock, Clock::time_point deadline, bool may_help) {
  watching_ = true;
  const bool help = may_help && long_in_ring_ == 0;
  const auto until = std::min(deadline, Clock::now() + kGlance);
  uint32_t vectors = 0;
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
    lock.unlock();
    try {
      vectors = transport_->wait(until, help);
      if ((vectors & abi::SHELL_IRQ_STATUS_ERROR.mask()) != 0) {
        report_ring_error(lock);
      }
    } catch (const Error& error) {
      failure = error;
    }
    if (!lock.owns_lock()) {
      lock.lock();
    }
  }
  watching_ = false;
  if (failure && !lost_) {
    lose(*failure);
    wake();
  }
  harvest();
  check_life();
  wake();
}

// The device gave a ring up and says in its registers which one and why.
void Device::report_ring_error(Lock& lock) {
  const uint32_t error = transport_->read32(abi::SHELL_ERROR);
  const uint64_t address = read_wide(abi::SHELL_ERROR_ADDRESS);
  transport_->write32(abi::SHELL_ERROR, abi::SHELL_ERROR_VALID.mask());
  lock.lock();
  const uint32_t index = abi::SHELL_ERROR_QUEUE.get(error);
  if (abi::SHELL_ERROR_VALID.get(error) == 0 || index >= queues_.size() || !queues_[index]) {
    return;
  }
  harvest();
  fail_queue(*queues_[index], static_cast<abi::Status>(abi::SHELL_ERROR_STATUS.get(error)),
             "the device could not access queue " + std::to_string(index) + "'s ring at bus address " +
                 std::to_string(address) + "; release the queue and open another");
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
      changed_.wait_until(lock, std::min(deadline, Clock::now() + kGlance));
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
  int quiet = 0;
  while (!stop_) {
    quiet = in_flight_ > 0 ? 0 : quiet + 1;
    if (quiet > kQuietTicks) {
      service_asleep_ = true;
      service_.wait(lock, [this] { return stop_ || in_flight_ > 0; });
      service_asleep_ = false;
      quiet = 0;
    } else if (in_flight_ > 0 && !watching_ && waiters_ == 0) {
      watch(lock, Clock::now() + kServiceTick, false);
      notify_watchers(lock);
    } else {
      service_.wait_for(lock, kServiceTick);
    }
  }
}

std::pair<abi::Status, std::string> Device::take_unwanted_failure(Queue& queue) {
  const std::lock_guard lock(mutex_);
  return std::exchange(unwanted_failures_[queue.index()], {});
}

}  // namespace photic::api
