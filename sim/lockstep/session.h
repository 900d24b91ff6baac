// SPDX-License-Identifier: Apache-2.0
// A random host: queues, commands, register writes, full rings and broken rings, all named by one seed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "drivers/abi/checked_device.h"
#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "sim/lockstep/host_memory.h"

namespace photic::lockstep {

struct SessionOptions {
  uint64_t seed = 0;
  uint64_t commands = 100;
  /// Refused bus accesses, broken rings, lost triggers.
  bool faults = false;
  /// The device compares two clocked ones: watchdogs may fire, and registers may be written, in the midst of
  /// work.
  bool clocked = false;
};

/// What a session did.
struct SessionResult {
  uint64_t commands = 0;                     ///< Completed.
  std::map<abi::Status, uint64_t> statuses;  ///< Completions by status.
  uint64_t cycles = 0;                       ///< SHELL_CYCLE at the end, summed over resets.
  std::optional<std::string> failure;        ///< What the device found wrong with itself.
};

/// The frame whose trigger devices have to lose in a session with faults; a function of the seed.
uint32_t lost_frame(uint64_t seed);

/// Runs a session on `device`, which uses `memory` and is fresh. Ends early at the device's first failure.
SessionResult run_session(abi::CheckedDevicePort& device, HostMemory& memory, const abi::Preset& preset,
                          const SessionOptions& options);

}  // namespace photic::lockstep
