// SPDX-License-Identifier: Apache-2.0
// What may start, and what follows from an end. Who waits and who works: engine_wait.cpp.
#include "drivers/opencl/engine.h"

#include <algorithm>
#include <utility>

namespace photic::opencl {
namespace {

// A lane is looked over for ends when it holds so many commands, so that a program that never waits keeps
// few.
constexpr size_t kManyInFlight = 128;

void retain_holder(_cl_event& event) {
  event.holders.fetch_add(1, std::memory_order_relaxed);
}

void let_natives_go(std::vector<photic_event>& natives) {
  for (photic_event native : natives) {
    photic_event_release(native);
  }
  natives.clear();
}

}  // namespace

Lane* Engine::lane_of(_cl_command_queue& queue) {
  const photic_queue native = queue.open->next_queue();
  const auto known = std::find_if(lanes_.begin(), lanes_.end(),
                                  [native](const auto& lane) { return lane->queue == native; });
  Lane* lane = known != lanes_.end() ? known->get() : nullptr;
  if (lane == nullptr) {
    lanes_.push_back(std::make_unique<Lane>());
    lane = lanes_.back().get();
    lane->device = queue.open;
    lane->queue = native;
  }
  ++lane->users;
  return lane;
}

void Engine::leave(_cl_command_queue& queue) {
  const Lock lock(mutex_);
  if (queue.lane != nullptr) {
    --queue.lane->users;
  }
}

// True if `command`, submitted now, starts only after `on` has ended (well, if it must), by the device's
// doing.
bool Engine::carries(const _cl_event& on, const _cl_event& command, bool must_succeed) {
  if (!command.is_native() || command.lane == nullptr || on.stage != Stage::kInLane) {
    return false;
  }
  if (on.lane == command.lane) {
    return !must_succeed || !on.native.empty();
  }
  // The native queue stands still until the other one has got there: no harm if nobody else uses it, and what
  // comes later in its only command queue has to wait anyway.
  return must_succeed && !on.native.empty() && command.queue->in_order() && command.lane->users == 1;
}

void Engine::follow(_cl_event& command, _cl_event& on, bool must_succeed) {
  if (on.ended()) {
    command.doomed = command.doomed || (must_succeed && on.status < 0);
    return;
  }
  if (!must_succeed && carries(on, command, false)) {
    return;
  }
  for (Dependency& known : command.waits_for) {
    if (known.on == &on) {
      known.must_succeed = known.must_succeed || must_succeed;
      return;
    }
  }
  command.waits_for.push_back({&on, must_succeed});
  on.followers.push_back(&command);
  if (!on.queue && !on.held) {
    on.held = true;
    retain_holder(on);
  }
}

bool Engine::may_start(const _cl_event& command) {
  return std::all_of(command.waits_for.begin(), command.waits_for.end(), [&](const Dependency& dependency) {
    return !command.doomed && carries(*dependency.on, command, dependency.must_succeed);
  });
}

void Engine::enqueue(_cl_event& command, std::span<const cl_event> wait_list, Place place,
                     bool caller_waits) {
  Lock lock(mutex_);
  _cl_command_queue& queue = *command.queue;
  command.times.queued = now_ns();
  if (command.is_native()) {
    if (queue.lane == nullptr) {
      queue.lane = lane_of(queue);
    }
    command.lane = queue.lane;
    if (command.lane->in_flight.size() > kManyInFlight) {
      harvest(*command.lane);
      advance();
    }
  }
  for (cl_event event : wait_list) {
    follow(command, *event, true);
  }
  if (queue.in_order()) {
    if (queue.last != nullptr) {
      follow(command, *queue.last, false);
    }
  } else if (place != Place::kCommand && wait_list.empty()) {
    for (cl_event event = queue.first; event != nullptr; event = event->next) {
      follow(command, *event, false);
    }
  } else if (queue.barrier != nullptr) {
    follow(command, *queue.barrier, false);
  }
  // Nothing fails from here on.
  retain_holder(command);
  command.previous = queue.last;
  (queue.last != nullptr ? queue.last->next : queue.first) = &command;
  queue.last = &command;
  if (place == Place::kBarrier) {
    queue.barrier = &command;
  }
  ++waiting_;
  if (may_start(command)) {
    command.stage = Stage::kReady;
    starting_.push_back(&command);
    advance();
  }
  drain(lock);
  if (!caller_waits && (waiting_ > 0 || (command.lane != nullptr && !command.lane->in_line.empty()))) {
    kick();
  }
}

void Engine::advance() {
  while (!starting_.empty()) {
    _cl_event& command = *starting_.back();
    starting_.pop_back();
    start(command);
  }
}

void Engine::start(_cl_event& command) {
  if (command.doomed && !command.waits_for.empty()) {
    command.stage = Stage::kWaiting;
    return;
  }
  --waiting_;
  if (command.doomed) {
    end(command, {CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, PHOTIC_DEPENDENCY_FAILED,
                  "an event of the command's wait list ended with an error"});
  } else if (command.is_native()) {
    launch(command);
  } else if (command.host) {
    command.times.submitted = now_ns();
    reach(command, CL_SUBMITTED);
    ready_.push_back(&command);
  } else {
    command.times.submitted = now_ns();
    command.times.started = command.times.submitted;
    end(command, {});
  }
}

void Engine::launch(_cl_event& command) {
  command.stage = Stage::kInLane;
  for (const Dependency& dependency : command.waits_for) {
    if (dependency.must_succeed) {
      for (photic_event native : dependency.on->native) {
        photic_event_retain(native);
        command.native_dependencies.push_back(native);
      }
    }
    std::erase(dependency.on->followers, &command);
  }
  command.waits_for.clear();
  Lane& lane = *command.lane;
  if (!lane.in_line.empty() || !submit(command)) {
    lane.in_line.push_back(&command);
  }
}

// False if the native queue is full.
bool Engine::submit(_cl_event& command) {
  Lane& lane = *command.lane;
  command.times.submitted = now_ns();
  photic_status status = PHOTIC_OK;
  if (command.batch) {
    command.native.resize(command.batch->size());
    status = lane.device->submit_batch(lane.queue, *command.batch, command.native_dependencies,
                                       command.native.data());
  } else {
    command.native.resize(1);
    status =
        lane.device->submit(lane.queue, command.single, command.native_dependencies, command.native.data());
  }
  if (status != PHOTIC_OK) {
    command.native.clear();
  }
  if (status == PHOTIC_QUEUE_FULL) {
    return false;
  }
  let_natives_go(command.native_dependencies);
  if (status != PHOTIC_OK) {
    end(command, outcome_of(status, photic_error_text()));
    return true;
  }
  lane.in_flight.push_back(&command);
  reach(command, CL_SUBMITTED);
  for (cl_event follower : command.followers) {
    if (follower->stage == Stage::kWaiting && may_start(*follower)) {
      follower->stage = Stage::kReady;
      starting_.push_back(follower);
    }
  }
  return true;
}

void Engine::submit_line(Lane& lane) {
  while (!lane.in_line.empty() && submit(*lane.in_line.front())) {
    lane.in_line.pop_front();
  }
}

bool Engine::any_callback_due(const _cl_event& event) {
  const cl_int status = event.status;
  return std::any_of(event.callbacks.begin(), event.callbacks.end(),
                     [status](const EventCallback& callback) { return callback.when >= status; });
}

void Engine::reach(_cl_event& command, cl_int status) {
  command.status.store(status, std::memory_order_release);
  if (!command.callbacks.empty() && any_callback_due(command)) {
    retain_holder(command);
    calls_.push_back(&command);
  }
}

void Engine::close_times(_cl_event& command) {
  CommandTimes& times = command.times;
  if (!command.native.empty() && command.profiled) {
    photic_event_info first{};
    photic_event_info last{};
    first.struct_size = last.struct_size = sizeof(photic_event_info);
    photic_event_get_info(command.native.front(), &first);
    photic_event_get_info(command.native.back(), &last);
    // The device works through a lane one command after the other.
    times.ended = last.completed_ns;
    times.started = std::max(first.submitted_ns, command.lane->last_end);
    command.lane->last_end = times.ended;
  } else {
    times.ended = now_ns();
  }
  times.submitted = std::max(times.submitted, times.queued);
  times.ended = std::max(times.ended, times.submitted);
  times.started = std::clamp(times.started, times.submitted, times.ended);
}

void Engine::end(_cl_event& command, Outcome outcome) {
  command.outcome = std::move(outcome);
  if (command.profiled) {
    close_times(command);
  }
  command.stage = Stage::kEnded;
  reach(command, command.outcome.status);
  if (_cl_command_queue* queue = command.queue.get()) {
    (command.previous != nullptr ? command.previous->next : queue->first) = command.next;
    (command.next != nullptr ? command.next->previous : queue->last) = command.previous;
    if (queue->barrier == &command) {
      queue->barrier = nullptr;
    }
  }
  for (cl_event follower : command.followers) {
    std::erase_if(follower->waits_for, [&](const Dependency& dependency) {
      if (dependency.on != &command) {
        return false;
      }
      follower->doomed = follower->doomed || (dependency.must_succeed && command.outcome.status < 0);
      return true;
    });
    if (follower->stage == Stage::kWaiting && may_start(*follower)) {
      follower->stage = Stage::kReady;
      starting_.push_back(follower);
    }
  }
  command.followers.clear();
  if (command.queue || command.held) {
    ended_.push_back(&command);
  }
  if (sleepers_ > 0) {
    changed_.notify_all();
  }
}

void Engine::harvest() {
  for (size_t i = 0; i < lanes_.size(); ++i) {
    harvest(*lanes_[i]);
  }
  advance();
}

void Engine::harvest(Lane& lane) {
  bool room = lane.in_flight.empty();
  while (!lane.in_flight.empty()) {
    _cl_event& command = *lane.in_flight.front();
    std::optional<Outcome> outcome;
    for (photic_event native : command.native) {
      const photic_status status = photic_event_status(native);
      if (status == PHOTIC_BUSY) {
        outcome.reset();
        break;
      }
      if (!outcome || outcome->status == CL_COMPLETE) {
        outcome = outcome_of(status, status == PHOTIC_OK ? "" : photic_error_text());
      }
    }
    if (!outcome) {
      break;
    }
    lane.in_flight.pop_front();
    end(command, std::move(*outcome));
    room = true;
  }
  if (room) {
    submit_line(lane);
  }
}

bool Engine::end_user_event(_cl_event& event, cl_int status) {
  Lock lock(mutex_);
  if (event.ended()) {
    return false;
  }
  end(event, {status, PHOTIC_OK, {}});
  advance();
  drain(lock);
  kick();
  return true;
}

}  // namespace photic::opencl
