// SPDX-License-Identifier: Apache-2.0
// Who waits for ends, who does what is due meanwhile, and the thread that does when nobody waits.
#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "drivers/opencl/engine.h"
#include "drivers/opencl/memory.h"

namespace photic::opencl {
namespace {

// The engine's thread looks again after so long whether other commands need it as well.
constexpr uint64_t kTurn = 2'000'000;
// A native queue that other contexts have filled is tried again after so long.
constexpr auto kRetry = std::chrono::milliseconds(1);
// A process that ends gives the threads so long to notice.
constexpr auto kFarewell = std::chrono::milliseconds(200);

// Engines that live, and threads of those that do not, so that none outlasts what it uses when the process
// ends.
class Register {
 public:
  void add(const std::shared_ptr<Engine>& engine) {
    const std::lock_guard lock(mutex_);
    join_left();
    std::erase_if(engines_, [](const auto& one) { return one.expired(); });
    engines_.push_back(engine);
  }
  /// Takes the thread of an engine that has let go of itself in it. It is about to end.
  void leave(std::thread thread) {
    const std::lock_guard lock(mutex_);
    left_.push_back(std::move(thread));
  }
  void end() {
    std::vector<std::weak_ptr<Engine>> engines;
    {
      const std::lock_guard lock(mutex_);
      engines = engines_;
    }
    for (const auto& weak : engines) {
      if (const auto engine = weak.lock()) {
        engine->stop();
      }
    }
    const std::lock_guard lock(mutex_);
    join_left();
  }

 private:
  void join_left() {
    for (std::thread& thread : std::exchange(left_, {})) {
      if (thread.get_id() == std::this_thread::get_id()) {
        thread.detach();
      } else {
        thread.join();
      }
    }
  }

  std::mutex mutex_;
  std::vector<std::weak_ptr<Engine>> engines_;
  std::vector<std::thread> left_;
};

// Never destroyed: threads may still come by while the process ends.
Register& engines() {
  static auto* const all = new Register;
  return *all;
}

const struct Farewell {
  ~Farewell() { engines().end(); }
} kAtExit;

}  // namespace

Engine& Engine::of(_cl_context& context) {
  const std::lock_guard lock(context.engine_mutex);
  if (!context.engine) {
    const std::shared_ptr<Engine> engine(new Engine);
    engine->self_ = engine;
    engines().add(engine);
    // The thread shares the engine; the context's share ends it.
    context.engine = std::shared_ptr<Engine>(engine.get(), [engine](Engine* raw) { raw->stop(); });
  }
  return *context.engine;
}

Engine::~Engine() = default;

void Engine::stop() noexcept {
  Lock lock(mutex_);
  stop_ = true;
  work_.notify_all();
  const bool in_thread = thread_.joinable() && thread_.get_id() == std::this_thread::get_id();
  if (thread_.joinable() && !in_thread) {
    changed_.wait_for(lock, kFarewell, [this] { return !served_; });
  }
  // Looked at again: meanwhile the thread may have dropped the context, and so have been here.
  if (!thread_.joinable()) {
    return;
  }
  std::thread thread = std::move(thread_);
  const bool served = served_;
  lock.unlock();
  if (in_thread) {
    engines().leave(std::move(thread));
  } else if (served) {
    thread.detach();  // it is busy with a callback of the program's
  } else {
    thread.join();
  }
}

bool Engine::drain(Lock& lock) {
  bool any = false;
  while (true) {
    if (!ready_.empty()) {
      _cl_event& command = *ready_.front();
      ready_.pop_front();
      command.times.started = now_ns();
      reach(command, CL_RUNNING);
      lock.unlock();
      Outcome outcome = command.host();
      lock.lock();
      end(command, std::move(outcome));
      advance();
    } else if (!calls_.empty()) {
      _cl_event& event = *calls_.front();
      calls_.pop_front();
      call_back(event, lock);
    } else if (!ended_.empty()) {
      const std::vector<cl_event> ended = std::exchange(ended_, {});
      lock.unlock();
      for (cl_event event : ended) {
        if (event->outcome.native != PHOTIC_OK) {
          event->context->report(event->outcome.text);
        }
        event->host = nullptr;
        event->uses.clear();
        let_go(event);
      }
      lock.lock();
    } else {
      return any;
    }
    any = true;
  }
}

// Calls what is due, in order, and lets go of the event.
void Engine::call_back(_cl_event& event, Lock& lock) {
  if (!event.calling) {
    event.calling = true;
    while (any_callback_due(event)) {
      const auto next = std::max_element(event.callbacks.begin(), event.callbacks.end(),
                                         [](const auto& a, const auto& b) { return a.when < b.when; });
      const EventCallback callback = *next;
      event.callbacks.erase(next);
      const cl_int status = std::min<cl_int>(event.status, 0);
      lock.unlock();
      callback.function(&event, status < 0 ? status : callback.when, callback.user_data);
      lock.lock();
    }
    event.calling = false;
  }
  lock.unlock();
  let_go(&event);
  lock.lock();
}

void Engine::add_callback(_cl_event& event, const EventCallback& callback) {
  Lock lock(mutex_);
  event.callbacks.push_back(callback);
  reach(event, event.status);
  harvest();
  drain(lock);
  kick();
}

void Engine::poll() {
  Lock lock(mutex_);
  harvest();
  drain(lock);
}

void Engine::wait(_cl_event& event) {
  Lock lock(mutex_);
  wait(event, lock);
  kick();
}

void Engine::wait(_cl_event& event, Lock& lock) {
  while (true) {
    harvest();
    if (!drain(lock)) {
      if (event.ended()) {
        return;
      }
      block(event, lock);
    }
  }
}

void Engine::finish(_cl_command_queue& queue) {
  std::vector<Ref<_cl_event>> open;
  Lock lock(mutex_);
  if (queue.in_order()) {
    if (queue.last != nullptr) {
      open.emplace_back(queue.last);
    }
  } else {
    for (cl_event event = queue.first; event != nullptr; event = event->next) {
      open.emplace_back(event);
    }
  }
  for (const auto& event : open) {
    wait(*event, lock);
  }
  kick();
  // The events go after the lock, as `open` is the older of the two.
}

void Engine::abandon(_cl_command_queue& queue) {
  Lock lock(mutex_);
  if (queue.first != nullptr) {
    harvest();
    drain(lock);
    kick();
  }
}

// The command in flight whose end brings `event` nearer to its own; NULL if the device is not what it waits
// for.
cl_event Engine::native_cause(cl_event event) {
  while (event->stage == Stage::kWaiting && !event->waits_for.empty()) {
    event = event->waits_for.front().on;
  }
  if (event->stage != Stage::kInLane) {
    return nullptr;
  }
  if (!event->native.empty()) {
    return event;
  }
  const auto& in_flight = event->lane->in_flight;
  return in_flight.empty() ? nullptr : in_flight[in_flight.size() / 2];
}

// What to wait for, retained. A command that failed before its turn is seen to end only after those before
// it.
photic_event Engine::native_to_await(const _cl_event& command) {
  const cl_event oldest = command.lane->in_flight.front();
  photic_event native = command.native.back();
  if (oldest != &command && photic_event_status(native) != PHOTIC_BUSY) {
    native = oldest->native.back();
  }
  photic_event_retain(native);
  return native;
}

void Engine::block(_cl_event& event, Lock& lock) {
  if (cl_event cause = native_cause(&event)) {
    Lane& lane = *cause->lane;
    ++lane.watchers;
    kick();
    photic_event native = native_to_await(*cause);
    lock.unlock();
    photic_event_wait(native, PHOTIC_WAIT_FOREVER);
    photic_event_release(native);
    lock.lock();
    --lane.watchers;
    return;
  }
  kick();
  const bool crowded = std::any_of(lanes_.begin(), lanes_.end(), [](const auto& lane) {
    return lane->in_flight.empty() && !lane->in_line.empty();
  });
  ++sleepers_;
  if (crowded) {
    changed_.wait_for(lock, kRetry);
  } else {
    changed_.wait(lock);
  }
  --sleepers_;
}

// Somebody depends on its end being seen.
bool Engine::is_wanted(const _cl_event& command) {
  return !command.followers.empty() || !command.callbacks.empty() || command.queue->references == 0;
}

cl_event Engine::first_wanted(const Lane& lane) {
  if (!lane.in_line.empty() && !lane.in_flight.empty()) {
    return lane.in_flight[lane.in_flight.size() / 2];
  }
  const auto found = std::find_if(lane.in_flight.begin(), lane.in_flight.end(),
                                  [](cl_event command) { return is_wanted(*command); });
  return found != lane.in_flight.end() ? *found : nullptr;
}

bool Engine::needs_thread() const {
  return std::any_of(lanes_.begin(), lanes_.end(), [](const auto& lane) {
    return lane->watchers == 0 && (!lane->in_line.empty() || first_wanted(*lane) != nullptr);
  });
}

void Engine::kick() {
  if (stop_ || (served_ && !idle_) || !needs_thread()) {
    return;
  }
  if (served_) {
    work_.notify_one();
    return;
  }
  try {
    thread_ = std::thread([self = self_.lock()] { self->serve(); });
    served_ = true;
  } catch (const std::system_error&) {
    // Without a thread commands go on when the program waits for them.
  }
}

void Engine::serve() {
  Lock lock(mutex_);
  while (!stop_) {
    harvest();
    if (drain(lock)) {
      continue;
    }
    std::vector<photic_event> natives;
    bool crowded = false;
    for (const auto& lane : lanes_) {
      if (lane->watchers > 0) {
        continue;
      }
      if (cl_event wanted = first_wanted(*lane)) {
        natives.push_back(native_to_await(*wanted));
      } else {
        crowded = crowded || !lane->in_line.empty();
      }
    }
    if (!natives.empty()) {
      lock.unlock();
      size_t first = 0;
      photic_wait_any(natives.data(), natives.size(), kTurn, &first);
      for (photic_event native : natives) {
        photic_event_release(native);
      }
      lock.lock();
    } else if (crowded) {
      work_.wait_for(lock, kRetry);
    } else {
      idle_ = true;
      work_.wait(lock);
      idle_ = false;
    }
  }
  served_ = false;
  changed_.notify_all();
}

}  // namespace photic::opencl
