// SPDX-License-Identifier: Apache-2.0
// The host's side of one queue, as small as it can be: entries into a ring, completions out of one.
#pragma once

#include <cstdint>
#include <optional>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/device_port.h"
#include "sim/lockstep/host_memory.h"

namespace photic::lockstep {

/// Where a queue's rings lie, and how large they are.
struct RingPlace {
  unsigned queue = 0;
  uint64_t submissions = 0;  ///< Bus address of the submission ring.
  uint64_t completions = 0;  ///< Bus address of the completion ring.
  unsigned size_log2 = 3;
};

/// Drives one queue of a device through its registers and host memory. Never waits: the caller lets the
/// device work.
class RingClient {
 public:
  RingClient(abi::DevicePort& device, HostMemory& memory, const RingPlace& place)
      : device_(&device), memory_(&memory), place_(place) {}

  /// Clears both rings in memory, disables the queue and enables it anew.
  void open();

  /// Entries that `submit` still takes.
  unsigned free_entries() const;

  /// Writes a submission into the ring; the device sees it after `ring_doorbell`.
  void submit(const abi::Submission& submission);
  void ring_doorbell();

  /// The next completion, if the device has written it; hands its entry back with the next `acknowledge`.
  std::optional<abi::Completion> next_completion();
  void acknowledge();

  const RingPlace& place() const { return place_; }

 private:
  uint32_t mask() const { return (1u << place_.size_log2) - 1; }

  abi::DevicePort* device_;
  HostMemory* memory_;
  RingPlace place_;
  uint32_t tail_ = 0;      // next submission, counting on
  uint32_t head_ = 0;      // next completion, counting on
  uint32_t consumed_ = 0;  // submissions the device is known to have taken
};

}  // namespace photic::lockstep
