// SPDX-License-Identifier: Apache-2.0
// What the driver remembers of one command.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "drivers/abi/descriptors.h"

namespace photic::api {

class Device;

/// Host memory that a command names.
struct Operand {
  uint64_t address = 0;
  uint64_t bytes = 0;  ///< 0 where nobody asks.
};
using Operands = std::array<Operand, 3>;  // source, destination, trace

/// One command's fate. Everything but `done` is guarded by the device's lock until `done` is set and constant
/// afterwards.
struct Event {
  std::atomic<bool> done{false};
  abi::Status status = abi::Status::OK;
  uint8_t opcode = 0;
  uint32_t queue = 0;
  bool wanted = false;  ///< Somebody holds a handle to it.
  uint64_t queued_ns = 0;
  uint64_t submitted_ns = 0;
  uint64_t completed_ns = 0;
  uint64_t start_cycle = 0;
  uint64_t end_cycle = 0;
  uint64_t detail = 0;
  Operands operands{};
  std::string reason;                           ///< Why the driver ended it, if it did.
  std::vector<std::weak_ptr<Device>> watchers;  ///< Other devices with commands that wait for this one.

  bool is_done() const { return done.load(std::memory_order_acquire); }
  bool succeeded() const { return status == abi::Status::OK; }
};

}  // namespace photic::api
