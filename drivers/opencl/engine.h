// SPDX-License-Identifier: Apache-2.0
// The order of a context's commands: which one may start, who starts it, who sees it end.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "drivers/opencl/queue.h"

namespace photic::opencl {

/// A native queue, as this context uses it. The device works through it one command after the other, so what
/// comes later in a lane starts after what came before has ended.
struct Lane {
  std::shared_ptr<OpenDevice> device;
  photic_queue queue = nullptr;
  int users = 0;                   ///< Command queues of the context that share it.
  int watchers = 0;                ///< Threads that wait for a command of it.
  uint64_t last_end = 0;           ///< When its last command was seen to end.
  std::deque<cl_event> in_flight;  ///< Submitted, oldest first.
  std::deque<cl_event> in_line;    ///< To be submitted when the native queue has room.
};

/// What a command comes after, besides its wait list.
enum class Place {
  kCommand,  ///< In order: the command before it. Out of order: the last barrier.
  kMarker,   ///< If it has no wait list every command of the queue before it, else as kCommand.
  kBarrier,  ///< As kMarker; and what comes later comes after it.
};

/// Thread-safe. Work of the host, callbacks and whatever ended commands held on to are run and let go without
/// the lock, in the thread that found them due.
class Engine {
 public:
  /// The context's engine, made if there is none. It lives as long as the context.
  static Engine& of(_cl_context& context);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Enqueues a command, which has its work set, after every event of `wait_list` has ended well. If the
  /// caller is about to wait for it, nobody else is woken for its sake.
  void enqueue(_cl_event& command, std::span<const cl_event> wait_list, Place place, bool caller_waits);
  /// Returns when the event has ended.
  void wait(_cl_event& event);
  /// Returns when every command enqueued in `queue` before the call has ended.
  void finish(_cl_command_queue& queue);
  /// Takes note of what has ended, without blocking for what has not.
  void poll();
  /// Ends an event of the program's own. False if it had ended.
  bool end_user_event(_cl_event& event, cl_int status);
  void add_callback(_cl_event& event, const EventCallback& callback);
  /// The program let go of a queue: sees its commands end without it.
  void abandon(_cl_command_queue& queue);
  void leave(_cl_command_queue& queue);

  /// Asks the engine's thread to end.
  void stop() noexcept;

 private:
  using Lock = std::unique_lock<std::mutex>;

  Engine() = default;

  // With the lock held, unless they say otherwise.
  Lane* lane_of(_cl_command_queue& queue);
  static void follow(_cl_event& command, _cl_event& on, bool must_succeed);
  static bool carries(const _cl_event& on, const _cl_event& command, bool must_succeed);
  static bool may_start(const _cl_event& command);
  void start(_cl_event& command);
  void launch(_cl_event& command);
  bool submit(_cl_event& command);
  void submit_line(Lane& lane);
  void end(_cl_event& command, Outcome outcome);
  void reach(_cl_event& command, cl_int status);
  void advance();
  void harvest();
  void harvest(Lane& lane);
  static bool any_callback_due(const _cl_event& event);
  static void close_times(_cl_event& command);

  /// Runs what is due, without the lock meanwhile. True if there was something.
  bool drain(Lock& lock);
  void call_back(_cl_event& event, Lock& lock);
  void wait(_cl_event& event, Lock& lock);
  void block(_cl_event& event, Lock& lock);
  static cl_event native_cause(cl_event event);
  static photic_event native_to_await(const _cl_event& command);

  static bool is_wanted(const _cl_event& command);
  static cl_event first_wanted(const Lane& lane);
  bool needs_thread() const;
  void kick();
  void serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable work_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<cl_event> starting_;  ///< May start.
  std::deque<cl_event> ready_;      ///< Work of the host to do.
  std::deque<cl_event> calls_;      ///< Callbacks to call; each held.
  std::vector<cl_event> ended_;     ///< To be let go.
  int waiting_ = 0;                 ///< Commands held back.
  int sleepers_ = 0;
  bool stop_ = false;
  bool idle_ = false;    ///< The thread has nothing to wait for.
  bool served_ = false;  ///< The thread was started and has not left.
  std::weak_ptr<Engine> self_;
  std::thread thread_;
};

}  // namespace photic::opencl
