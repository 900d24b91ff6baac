// SPDX-License-Identifier: Apache-2.0
// Rings, completions, interrupts and errors: docs/reference/opu-device.md 3.1 and 3.4 without time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/device_port.h"
#include "models/golden/bus.h"
#include "models/golden/register_file.h"

namespace photic::golden {

/// A submission taken from a ring.
struct Fetched {
  unsigned queue = 0;
  abi::Submission submission;             ///< All zero if it could not be read.
  std::optional<uint64_t> fault_address;  ///< Set if it could not be read.
};

/// What a command came to.
struct Outcome {
  abi::Status status = abi::Status::OK;
  uint64_t detail = 0;
};

class Shell {
 public:
  Shell(RegisterFile& registers, Bus& bus, abi::InterruptPort& interrupts);

  void reset();

  /// A register write by software with everything that follows from it but work.
  void write(uint32_t offset, uint32_t value);

  /// Whether a queue has a submission that may be fetched.
  bool runnable() const { return next_queue().has_value(); }

  /// Takes the next submission in round-robin order; nothing if no queue is runnable.
  std::optional<Fetched> fetch();

  /// Writes the completion and moves both rings on.
  void complete(const Fetched& fetched, const Outcome& outcome);

 private:
  struct Queue {
    bool phase = true;
  };

  bool runnable(unsigned queue) const;
  std::optional<unsigned> next_queue() const;
  uint32_t ring_mask(unsigned queue) const;
  void write_queue_control(unsigned queue, uint32_t value);
  void halt(unsigned queue, abi::Status status, uint64_t address);
  void raise(uint32_t causes);

  RegisterFile& registers_;
  Bus& bus_;
  abi::InterruptPort& interrupts_;
  std::array<Queue, abi::kQueues> queues_;
  unsigned last_ = abi::kQueues - 1;
};

}  // namespace photic::golden
