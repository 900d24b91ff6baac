// SPDX-License-Identifier: Apache-2.0
// How commands get into the rings.
#include <utility>

#include "drivers/abi/registers.h"
#include "drivers/api/device.h"
#include "drivers/api/opu_commands.h"
#include "drivers/api/spu_commands.h"

namespace photic::api {
namespace {

uint64_t now_ns() {
  return static_cast<uint64_t>(Clock::now().time_since_epoch().count());
}

using Dependencies = std::vector<std::shared_ptr<Event>>;

// Those that have not ended well already; null if there are none.
std::shared_ptr<const Dependencies> unfinished(std::span<const EventRef> dependencies) {
  Dependencies found;
  for (const EventRef& dependency : dependencies) {
    if (!dependency.event->is_done() || !dependency.event->succeeded()) {
      found.push_back(dependency.event);
    }
  }
  return found.empty() ? nullptr : std::make_shared<const Dependencies>(std::move(found));
}

}  // namespace

std::vector<std::shared_ptr<Event>> Device::submit(Queue& queue, std::span<const abi::Submission> submissions,
                                                   std::span<const EventRef> dependencies, bool wanted) {
  const uint64_t queued = now_ns();
  // Registered before the lock is taken: two devices' locks are never held at once. A needless watcher only
  // costs a wake-up.
  for (const EventRef& dependency : dependencies) {
    if (dependency.device.get() != this) {
      const std::lock_guard lock(dependency.device->mutex_);
      if (!dependency.event->is_done()) {
        dependency.event->watchers.push_back(weak_from_this());
      }
    }
  }
  Lock lock(mutex_);
  harvest();
  check_not_lost();
  if (const Failure& failure = slots_[queue.index()].failure) {
    throw Error(failure.status, failure.reason);
  }
  if (queue.in_flight() + submissions.size() > queue.capacity()) {
    throw Error(abi::Status::QUEUE_FULL,
                "queue " + std::to_string(queue.index()) + " holds " + std::to_string(queue.capacity()) +
                    " commands, " + std::to_string(queue.in_flight()) + " are in flight and " +
                    std::to_string(submissions.size()) + " more were submitted; wait for some to end");
  }
  std::vector<std::shared_ptr<Event>> events;
  events.reserve(submissions.size());
  const auto waits_for = unfinished(dependencies);
  for (const abi::Submission& submission : submissions) {
    Command command;
    command.submission = submission;
    command.submission.flags |= abi::SUBMIT_IRQ;
    command.is_short = is_spu(submission) ? is_short_spu(submission, identity_.spu) : is_short(submission);
    command.event = std::make_shared<Event>();
    command.event->opcode = static_cast<uint8_t>(submission.opcode);
    command.event->queue = queue.index();
    command.event->wanted = wanted;
    command.event->queued_ns = queued;
    command.dependencies = waits_for;
    command.event->operands = is_spu(submission)
                                  ? spu_operands(submission, identity_.spu)
                                  : Operands{Operand{submission.source, 0}, {submission.destination, 0}, {}};
    for (size_t i = 0; i < command.buffers.size(); ++i) {
      command.buffers[i] = buffer_at(command.event->operands[i].address);
      if (command.buffers[i]) {
        ++command.buffers[i]->pins;
      }
    }
    events.push_back(command.event);
    queue.waiting().push_back(std::move(command));
    ++in_flight_;
  }
  launch(queue);
  wake();
  if (service_asleep_) {
    service_.notify_one();
  }
  notify_watchers(lock);
  return events;
}

void Device::launch(Queue& queue) {
  auto& waiting = queue.waiting();
  const uint32_t tail = queue.tail();
  const bool device_was_empty = in_ring_ == 0;
  const bool was_empty = queue.in_ring() == 0;
  std::shared_ptr<const Dependencies> met;  // those of the command before, if it has some
  uint64_t submitted = 0;
  try {
    while (!waiting.empty()) {
      Command& next = waiting.front();
      const Event* failed = nullptr;
      bool ready = true;
      if (next.dependencies && next.dependencies != met) {
        for (const auto& dependency : *next.dependencies) {
          const bool done = dependency->is_done();
          ready = ready && done;
          if (done && !dependency->succeeded()) {
            failed = dependency.get();
          }
        }
      }
      if (failed) {
        const Command command = std::move(next);
        waiting.pop_front();
        unpin(command);
        finish(command, abi::Status::DEPENDENCY_FAILED,
               "a command it waited for ended with " + std::string(abi::name(failed->status)));
        continue;
      }
      if (!ready) {
        break;
      }
      if (!queue.has_room()) {
        if (queue.unacknowledged() == 0) {
          break;
        }
        transport_->doorbell(abi::QUEUE_CQ_HEAD(queue.index()), queue.acknowledge(), true);
        continue;
      }
      if (submitted == 0) {
        submitted = now_ns();
      }
      Command command = std::move(next);
      waiting.pop_front();
      command.event->submitted_ns = submitted;
      met = std::exchange(command.dependencies, nullptr);
      ++in_ring_;
      long_in_ring_ += command.is_short ? 0 : 1;
      queue.push(std::move(command));
    }
    if (queue.tail() != tail) {
      const auto now = Clock::now();
      if (was_empty) {
        slots_[queue.index()].progress(now);
      }
      if (device_was_empty) {
        silence_ = {};
      }
      transport_->doorbell(abi::QUEUE_SQ_TAIL(queue.index()), queue.tail(), long_in_ring_ == 0);
    }
  } catch (const Error& error) {
    lose(error);
  }
}

}  // namespace photic::api
