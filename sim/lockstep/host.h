// SPDX-License-Identifier: Apache-2.0
// What every random host does, whatever kind of device it has: queues, registers of the shell, full rings and
// broken rings, resets.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/device_port.h"
#include "sim/lockstep/dice.h"
#include "sim/lockstep/host_memory.h"
#include "sim/lockstep/ring_client.h"
#include "sim/lockstep/session_result.h"
#include "sim/lockstep/settled_port.h"

namespace photic::lockstep {

/// Bus addresses at which devices find nothing, and a page that they may read only.
inline constexpr uint64_t kUnmapped = 0xFFFF'FFFF'0000'0000;
inline constexpr uint64_t kReadOnly = 0x2000'0000;

/// A host with a queue of changing size on each of the device's rings. Every decision comes from one seed.
class Host {
 public:
  /// `settles`: register writes wait for the device (SettledPort); else they do for half of the seeds.
  /// `faults`: some rings cannot be reached.
  Host(abi::DevicePort& device, HostMemory& memory, uint64_t seed, bool settles, bool faults);

  Dice& dice() { return dice_; }
  SettledPort& device() { return device_; }
  HostMemory& memory() { return memory_; }
  SessionResult& result() { return result_; }

  /// Opens every queue, with rings of random sizes that can be reached.
  void open_all();

  /// A new size for one queue; with faults, sometimes rings that cannot be reached.
  void open_one();

  /// A reset of the device, and all queues anew.
  void reset();

  /// A random write to a register that every kind of device has.
  void poke_shell();

  /// Fills some queues with what `next` gives, until it gives nothing. Either all becomes visible at once, or
  /// one doorbell after the other starts the device.
  void submit(const std::function<std::optional<abi::Submission>()>& next);

  /// Lets the device work until it is idle, and keeps its failure.
  void work();

  /// Takes completions; sometimes forgets to hand their entries back, so that rings fill up. A halted queue
  /// is opened anew, with rings that can be reached. `taken` may be empty.
  void collect(const std::function<void(const abi::Completion&)>& taken);

  /// Hands all entries back and rings all doorbells: what is left in a queue can be served.
  void acknowledge_all();

  /// Adds the device's cycles to the result; for the end of a session.
  void count_cycles();

  bool failed() const { return result_.failure.has_value(); }

 private:
  RingPlace place(unsigned queue);

  HostMemory& memory_;
  const bool faults_;
  Dice dice_;
  SettledPort device_;
  std::deque<RingClient> rings_;
  SessionResult result_;
};

}  // namespace photic::lockstep
