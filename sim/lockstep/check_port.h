// SPDX-License-Identifier: Apache-2.0
// check:<a>,<b>: two devices behind one DevicePort, run on the same stimulus and compared in everything they
// do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "drivers/abi/device_port.h"
#include "sim/lockstep/difference.h"
#include "sim/lockstep/side.h"

namespace photic::lockstep {

struct CheckOptions {
  /// Where the report on a difference goes. Made when there is one.
  std::filesystem::path report = "photic-check";
  /// What a person types to see the difference again; empty if nobody knows.
  std::string replay;
  /// Cycles two clocked devices run before they are compared; an `advance` runs so many, whatever its budget.
  uint64_t chunk_cycles = 65536;
  /// More to say of a difference by whoever drives the pair; appended to what is said of it. May be empty.
  std::function<std::string(const Difference&)> explain{};
  /// Keep a way back to the start of every chunk, so that waveforms can be made of one that differs.
  bool waveforms = true;
  /// Cycles of waveform before and after a difference. Waveforms do not reach back beyond the chunk, or the
  /// piece of work, that differs.
  uint64_t cycles_before = 400;
  uint64_t cycles_after = 60;
};

/// Builds both devices. Registers are written to both and read from the first; so are interrupts and host
/// memory, once the two are found equal.
///
/// Two clocked devices are compared chunk by chunk: boundary events with their cycles, cycle counts, memory,
/// interrupts, and all registers whenever they are idle. With an untimed device in the pair the comparison is
/// from idle to idle, of memory (completion stamps apart), interrupts and untimed registers; register writes
/// wait until the next idle. So it is with the replay of a timed device, but for what depends on cycles,
/// which counts.
///
/// The first difference, and anything a device throws, becomes `failure()` and a report. Throws what the
/// candidates throw.
std::unique_ptr<abi::DevicePort> make_check(const Candidate& first, const Candidate& second,
                                            abi::DmaPort& memory, abi::InterruptPort& interrupts,
                                            const CheckOptions& options);

}  // namespace photic::lockstep
