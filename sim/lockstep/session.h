// SPDX-License-Identifier: Apache-2.0
// A random host of an OPU: queues, commands, register writes, full rings and broken rings, all named by one
// seed.
#pragma once

#include <cstdint>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "sim/lockstep/host_memory.h"
#include "sim/lockstep/session_result.h"

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

/// The frame whose trigger devices have to lose in a session with faults; a function of the seed.
uint32_t lost_frame(uint64_t seed);

/// Runs a session on `device`, which uses `memory` and is fresh. Ends early at the device's first failure.
SessionResult run_session(abi::DevicePort& device, HostMemory& memory, const abi::Preset& preset,
                          const SessionOptions& options);

}  // namespace photic::lockstep
