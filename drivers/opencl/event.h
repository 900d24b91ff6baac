// SPDX-License-Identifier: Apache-2.0
// Events: one command each, from the call that enqueued it to its end; or a program's own mark in time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "drivers/api/photic.h"
#include "drivers/opencl/context.h"

namespace photic::opencl {

struct Lane;

/// How a command ended, and how the driver put it.
struct Outcome {
  cl_int status = CL_COMPLETE;
  photic_status native = PHOTIC_OK;
  std::string text;  ///< Empty if it ended well.
};

/// The outcome of a driver's call or command that ended with `status`; `text` belongs to a failure.
Outcome outcome_of(photic_status status, const std::string& text);

/// Work of the host, run without locks held. Returns how it went; throws nothing.
using HostWork = std::function<Outcome()>;

/// Commands for the device of the queue, in order.
using DeviceWork = std::shared_ptr<const std::vector<photic_submission>>;

/// Where a command is. It only moves on.
enum class Stage : uint8_t {
  kWaiting,  ///< For what it depends on.
  kReady,    ///< Work of the host that some thread is about to do, or does.
  kInLane,   ///< Handed to the device, or next in line for it.
  kEnded,
};

/// A function to call when the command gets there.
struct EventCallback {
  cl_int when;
  void(CL_CALLBACK* function)(cl_event, cl_int, void*);
  void* user_data;
};

/// What keeps a command from starting: another that has not ended.
struct Dependency {
  cl_event on;
  bool must_succeed;  ///< Else that it ends is enough.
};

/// CLOCK_MONOTONIC nanoseconds.
struct CommandTimes {
  uint64_t queued = 0;
  uint64_t submitted = 0;
  uint64_t started = 0;
  uint64_t ended = 0;
};

uint64_t now_ns();

}  // namespace photic::opencl

struct _cl_event : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kEvent;
  /// A command of `event_queue`; without one an event of the program's own.
  _cl_event(_cl_context& event_context, cl_command_queue event_queue, cl_command_type command_type);
  ~_cl_event();

  bool ended() const { return status.load(std::memory_order_acquire) <= CL_COMPLETE; }
  bool is_native() const { return single.opcode != 0 || batch != nullptr; }

  const photic::opencl::Ref<_cl_context> context;
  const photic::opencl::Ref<_cl_command_queue> queue;
  const cl_command_type type;
  const bool profiled;  ///< It keeps times.

  /// CL_QUEUED to CL_COMPLETE, or negative. Once it has ended nothing below changes any more, except
  /// callbacks.
  std::atomic<cl_int> status;

  // What it does: at most one of these, set before it is enqueued.
  photic::opencl::HostWork host;
  photic_submission single{};
  photic::opencl::DeviceWork batch;
  /// Memory objects it uses, held until it has ended.
  std::vector<photic::opencl::Ref<_cl_mem>> uses;

  // The engine's, under its lock.
  photic::opencl::Stage stage = photic::opencl::Stage::kWaiting;
  bool doomed = false;   ///< Something it waited for has failed.
  bool calling = false;  ///< A thread is calling its callbacks.
  bool held = false;     ///< A program's own event that the engine keeps alive.
  photic::opencl::Lane* lane = nullptr;
  photic::opencl::CommandTimes times;
  photic::opencl::Outcome outcome;
  std::vector<photic_event> native;  ///< One for each device command.
  std::vector<photic::opencl::Dependency> waits_for;
  std::vector<cl_event> followers;                ///< Commands with this one in their `waits_for`.
  std::vector<photic_event> native_dependencies;  ///< Of a command that is next in line for the device.
  std::vector<photic::opencl::EventCallback> callbacks;
  cl_event previous = nullptr;  ///< In the queue's list of commands that have not ended.
  cl_event next = nullptr;
};
