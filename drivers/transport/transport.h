// SPDX-License-Identifier: Apache-2.0
// How the driver reaches a device, wherever it is: registers, shared memory, interrupts, a sign of life.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "drivers/transport/error.h"
#include "drivers/transport/uri.h"

namespace photic::transport {

using Clock = std::chrono::steady_clock;

/// What a transport knows of its device before any register is read.
struct Description {
  std::string target;               ///< What is behind it, as a URI.
  bool timed = false;               ///< Cycle stamps mean something.
  bool any_memory = false;          ///< The device reaches memory without a descriptor.
  std::chrono::nanoseconds spin{};  ///< Worth polling memory for so long before `wait`.
};

/// Host memory to be shown to the device.
struct DmaMapping {
  uint64_t address = 0;  ///< Bus address, page-aligned.
  uint64_t size = 0;     ///< Bytes, whole pages.
  void* memory = nullptr;
  int fd = -1;  ///< Descriptor behind `memory`; -1 if there is none.
  uint64_t fd_offset = 0;
};

/// A connection to one device. Every function may be called by any thread, `wait` by one at a time. All throw
/// Error: DEVICE_LOST when the endpoint is gone or did not answer within the stall time, PROTOCOL_ERROR when
/// it broke the protocol.
class Transport {
 public:
  virtual ~Transport() = default;

  virtual const Description& description() const = 0;

  /// BAR0, 32 bits, 4-byte aligned offset. Writes are posted and keep their order; simulated devices take
  /// them one at a time, each when the work the one before started is done, so cycle stamps do not depend on
  /// when the host wrote. Reads are answered from the present state, whatever the device is doing.
  virtual uint32_t read32(uint32_t offset) = 0;
  virtual void write32(uint32_t offset, uint32_t value) = 0;

  /// A write that starts work. `caller_waits` says that a short piece of work is about to be waited for with
  /// `wait(..., true)`.
  virtual void doorbell(uint32_t offset, uint32_t value, bool caller_waits) = 0;

  virtual void map(const DmaMapping& mapping) = 0;
  /// Once it returned, the device does not touch the window any more.
  virtual void unmap(uint64_t address, uint64_t size) = 0;

  /// Waits for an interrupt until `deadline`. Returns the vectors raised since the last call as a bit set, 0
  /// if none. With `help` the caller lends its thread to a device that can use it, and may overrun the
  /// deadline by one step of the device.
  virtual uint32_t wait(Clock::time_point deadline, bool help) = 0;

  /// Moves while the device makes progress.
  virtual uint64_t heartbeat() const = 0;

  /// Function-level reset; writes not yet taken are dropped.
  virtual void reset() = 0;

  /// Nothing while the endpoint lives, else what became of it: DEVICE_LOST, or CHECK_FAILED if it found a
  /// fault in itself.
  virtual std::optional<Error> death() const = 0;
};

/// Connects to what `uri` names. Throws Error.
std::unique_ptr<Transport> connect(const Uri& uri);

}  // namespace photic::transport
