// SPDX-License-Identifier: Apache-2.0
// The first thing two devices disagree on, and the words to say it in.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/timed_device.h"
#include "sim/lockstep/side.h"

namespace photic::lockstep {

/// What kind of thing differs.
enum class DifferenceKind : uint8_t { kEvent, kMemory, kInterrupt, kRegister, kActivity, kStopped };

/// Lower-case name of a kind: "event", "memory" ...
std::string name(DifferenceKind kind);

struct Difference {
  DifferenceKind kind = DifferenceKind::kEvent;
  std::string what;                 ///< One line: where, and what each side has.
  std::optional<uint64_t> cycle;    ///< When, if a clocked side says so.
  std::optional<uint64_t> event;    ///< Number of the event since the comparison began.
  std::optional<uint64_t> address;  ///< Byte address in host memory, of a written beat too, or of a register.
  /// The last events of both sides, the differing one last but for a few.
  std::array<std::vector<std::string>, 2> events;
};

/// A completion or submission ring in host memory.
struct Ring {
  unsigned queue = 0;
  uint64_t base = 0;
  uint64_t entries = 0;
};

/// What the host asked for during the piece of work, to name addresses by.
struct WorkInProgress {
  std::vector<Ring> completions;
  struct Command {
    unsigned queue = 0;
    uint32_t entry = 0;
    abi::Submission submission;
  };
  std::vector<Command> commands;
  /// The size of the device if it is an SPU: says what its commands write.
  const abi::SpuPreset* spu = nullptr;
};

/// "cycle 812: write burst to 0x2000, 16 beats".
std::string describe(const abi::BoundaryEvent& event);

/// What lies at a bus address: "queue 1 completion 3, status", "command 7, vector 2, pixel 13 (im), byte 0 of
/// 2"; empty if unknown.
std::string describe_address(uint64_t address, const WorkInProgress& work);

/// Where written beats go: follows the events of one side.
class WriteAddresses {
 public:
  /// The address of a write beat; nothing for other events, and for beats whose burst came before the first
  /// event.
  std::optional<uint64_t> follow(const abi::BoundaryEvent& event);

 private:
  struct Burst {
    uint64_t address;
    uint64_t left;
  };
  std::deque<Burst> bursts_;
};

/// The first event of the chunk in which the sides differ. `before` is how many events came before the chunk,
/// `history` the last of them, `writes` has followed all of them.
std::optional<Difference> compare_events(const Side& a, const Side& b, uint64_t before,
                                         const std::deque<abi::BoundaryEvent>& history,
                                         WriteAddresses writes);

/// The first byte the sides wrote differently. What depends on cycles (stamps of completions, cycle counters
/// of an SPU) counts only if `timed`.
std::optional<Difference> compare_memory(const Side& a, const Side& b, bool timed,
                                         const WorkInProgress& work);

/// Interrupt vectors, in order.
std::optional<Difference> compare_interrupts(const Side& a, const Side& b);

/// All registers of two idle devices, timed ones only if `timed`: the first that differs.
std::optional<Difference> compare_registers(const Side& a, const Side& b, bool timed);

/// Every register that differs, as a line each.
std::vector<std::string> differing_registers(const Side& a, const Side& b, bool timed);

}  // namespace photic::lockstep
