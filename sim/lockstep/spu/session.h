// SPDX-License-Identifier: Apache-2.0
// A random host of an SPU: programs loaded, run, disturbed, restored and read back, all named by one seed.
#pragma once

#include <cstdint>

#include "drivers/abi/device_port.h"
#include "drivers/abi/geometry.h"
#include "sim/lockstep/host_memory.h"
#include "sim/lockstep/session_result.h"
#include "sim/lockstep/spu/coverage.h"

namespace photic::lockstep {

struct SpuSessionOptions {
  uint64_t seed = 0;
  uint64_t networks = 2;
  /// Refused bus accesses and broken rings.
  bool faults = false;
  /// The device compares two clocked ones: watchdogs may fire, and registers may be written, in the midst of
  /// work.
  bool clocked = false;
};

/// What a session did, besides what every session does.
struct SpuSessionResult {
  SessionResult session;
  uint64_t networks = 0;
  uint64_t steps = 0;    ///< SPU_STEPS, summed over resets.
  uint64_t updates = 0;  ///< Of neurons, in networks as they were read back.
  uint64_t spikes = 0;   ///< Of them, the spikes.
  uint64_t lively = 0;   ///< Networks in which between 1 and 60 of 100 updates were spikes.
  Coverage coverage;
};

/// Runs a session on `device`, which uses `memory` and is fresh. Ends early at the device's first failure. A
/// run that gives another result after its snapshot is restored is a failure too.
SpuSessionResult run_spu_session(abi::DevicePort& device, HostMemory& memory, const abi::SpuPreset& preset,
                                 const SpuSessionOptions& options);

}  // namespace photic::lockstep
