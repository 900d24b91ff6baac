// SPDX-License-Identifier: Apache-2.0
// How commands end, well or badly, and how little a failure takes along: a command, a queue, the device.
#include <algorithm>
#include <utility>

#include "drivers/abi/registers.h"
#include "drivers/api/completion_check.h"
#include "drivers/api/device.h"
#include "drivers/api/fault.h"

namespace photic::api {
namespace {

std::string queue_name(const Queue& queue) {
  return "queue " + std::to_string(queue.index());
}

// With a text of its own: copies of an exception share theirs, and this one goes to another thread.
Error copy_of(const Error& error) {
  return {error.status(), std::string(error.what())};
}

constexpr const char* kRemedy = "; release the queue and open another, or reset the device";

}  // namespace

void Device::check_not_lost() const {
  if (lost_) {
    throw copy_of(*lost_);
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
  std::optional<Error> lost;
  if (lost_) {
    lost = copy_of(*lost_);
  }
  notify_watchers(lock);
  return lost;
}

photic_health Device::health() {
  const std::lock_guard lock(mutex_);
  return health_;
}

void Device::unpin(const Command& command) {
  for (const auto& buffer : command.buffers) {
    if (buffer) {
      --buffer->pins;
    }
  }
}

// Ends the event. Unpinning the command's buffers is the caller's.
void Device::finish(const Command& command, abi::Status status, const std::string& reason) {
  --in_flight_;
  Event& event = *command.event;
  event.status = status;
  event.reason = reason;
  event.completed_ns = static_cast<uint64_t>(Clock::now().time_since_epoch().count());
  std::move(event.watchers.begin(), event.watchers.end(), std::back_inserter(to_notify_));
  event.watchers.clear();
  event.done.store(true, std::memory_order_release);
  if (Failure& first = slots_[event.queue].unwanted; status != abi::Status::OK && !event.wanted && !first) {
    first = {status, story(event, identity_.spu)};
  }
}

void Device::finish_completed(Queue& queue, const abi::Completion& completion) {
  std::string wrong = fault_of(completion, queue.entries(), queue.tail());
  if (wrong.empty() && completion.command == kUnreadCommand) {
    ++health_.ring_errors;
    fail_queue(queue, completion.status,
               "the device could not read " + queue_name(queue) + "'s ring" + kRemedy);
    return;
  }
  const Command command = wrong.empty() ? queue.take_command(completion.command) : Command{};
  if (wrong.empty() && !command.event) {
    wrong = "names command " + std::to_string(completion.command) + ", which is not in flight";
  }
  if (!wrong.empty()) {
    ++health_.protocol_errors;
    fail_queue(queue, abi::Status::PROTOCOL_ERROR,
               "a completion on " + queue_name(queue) + " " + wrong + kRemedy);
    return;
  }
  --in_ring_;
  long_in_ring_ -= command.is_short ? 0 : 1;
  command.event->start_cycle = completion.start;
  command.event->end_cycle = completion.end;
  command.event->detail = completion.detail;
  unpin(command);
  finish(command, completion.status, {});
}

// Ends every command of the queue, takes it from the device and sets it aside until the device has let go.
void Device::fail_queue(Queue& queue, abi::Status status, const std::string& reason) {
  QueueSlot& slot = slots_[queue.index()];
  if (slot.failure || lost_) {
    return;
  }
  ++health_.queues_failed;
  slot.failure = {status, reason};
  slot.quarantine = Quarantine{slot.queue, {}};
  in_ring_ -= queue.in_ring();
  for (Command& command : queue.clear()) {
    const bool reached_device = command.event->submitted_ns != 0;
    long_in_ring_ -= reached_device && !command.is_short ? 1 : 0;
    finish(command, status, reason);
    if (reached_device) {
      slot.quarantine->commands.push_back(std::move(command));
    } else {
      unpin(command);
    }
  }
  try {
    transport_->write32(abi::QUEUE_CONTROL(queue.index()), 0);
  } catch (const Error& error) {
    lose(error);
  }
  wake();
}

// The device has let go of a failed queue.
void Device::let_go(QueueSlot& slot) {
  const Quarantine quarantine = *std::exchange(slot.quarantine, std::nullopt);
  std::for_each(quarantine.commands.begin(), quarantine.commands.end(),
                [this](const Command& command) { unpin(command); });
  if (quarantine.released) {
    unmap_ring(*quarantine.queue);
  }
  wake();
}

void Device::lose(const Error& error) {
  // Whatever else went wrong with an endpoint, it is gone for its commands.
  const bool named =
      error.status() == abi::Status::CHECK_FAILED || error.status() == abi::Status::PROTOCOL_ERROR;
  lost_ = Error(named ? error.status() : abi::Status::DEVICE_LOST, error.what());
  ++health_.losses;
  for (QueueSlot& slot : slots_) {
    if (slot.queue) {
      for (const Command& command : slot.queue->clear()) {
        unpin(command);
        finish(command, lost_->status(), lost_->what());
      }
    }
    if (slot.quarantine) {
      for (const Command& command : std::exchange(slot.quarantine->commands, {})) {
        unpin(command);
      }
    }
  }
  in_ring_ = 0;
  long_in_ring_ = 0;
  owed_ = 0;
  halted_ = false;
  probe_.reset();
}

// Loses the device if its endpoint died or its heartbeat has stood still for the stall time while it had
// work.
void Device::check_life() {
  if (lost_) {
    return;
  }
  // A driver that was itself kept from running heard nothing, and may not blame the device for it.
  const auto now = Clock::now();
  const auto heard = std::min<Clock::duration>(now - std::exchange(listened_, now), 2 * glance_);
  if (const auto death = transport_->death()) {
    lose(*death);
  } else if (const uint64_t beat = transport_->heartbeat();
             beat != heartbeat_ || (in_ring_ == 0 && !any_quarantine())) {
    heartbeat_ = beat;
    silence_ = {};
  } else if (silence_ += heard; silence_ > stall_) {
    ++health_.stalls;
    lose("the device made no progress for " + std::to_string(stall_.count()) +
         " ms with commands in flight; reset or reopen it, or raise the URI's stall_ms");
  } else {
    return;
  }
  if (lost_) {
    wake();
  }
}

}  // namespace photic::api
