// SPDX-License-Identifier: Apache-2.0
// What the driver knows of one of a device's hardware queues beyond its rings.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/api/queue.h"
#include "drivers/api/verdict.h"
#include "drivers/transport/transport.h"

namespace photic::api {

/// How a queue or a command went wrong; OK: not at all.
struct Failure {
  abi::Status status = abi::Status::OK;
  std::string reason;

  explicit operator bool() const { return status != abi::Status::OK; }
};

/// A queue that failed, until the device is known to have let go of its rings and of its commands' memory.
/// No new queue takes its place before, lest a late completion end one of that queue's commands.
struct Quarantine {
  std::shared_ptr<Queue> queue;
  std::vector<Command> commands;  ///< Ended; the buffers they name are still pinned.
  bool released = false;          ///< The program has let go of the queue.
  bool closed = false;            ///< The device has taken the write that closes it.
  uint32_t commands_then = 0;     ///< SHELL_COMMANDS after that.
};

/// One hardware queue. Guarded by the device's lock.
struct QueueSlot {
  std::shared_ptr<Queue> queue;         ///< Null while closed.
  Failure failure;                      ///< Why it takes no more commands.
  Failure unwanted;                     ///< Of the first failed command nobody asked for.
  transport::Clock::time_point moved;   ///< A completion came, or the empty ring was given work.
  transport::Clock::time_point looked;  ///< The device was last found to know of the work.
  bool suspected = false;               ///< Since a completion came.
  int repeats = 0;                      ///< Doorbells rung again since a completion came.
  std::optional<QueueSigns> signs;      ///< What was seen then, if no completion came since.
  std::optional<Quarantine> quarantine;

  bool has_work() const { return queue && queue->in_ring() > 0; }
  void progress(transport::Clock::time_point now) {
    moved = now;
    suspected = false;
    repeats = 0;
    signs.reset();
  }
};

}  // namespace photic::api
