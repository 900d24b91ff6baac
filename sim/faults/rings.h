// SPDX-License-Identifier: Apache-2.0
// The rings as seen from the boundary: where they lie, from the registers that are written; how far the
// device is in them, from what it reads and writes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"

namespace photic::faults {

/// What lies at a bus address.
struct Place {
  enum class Kind : uint8_t { kData, kSubmission, kCompletion };
  Kind kind = Kind::kData;
  unsigned queue = 0;
  uint32_t entry = 0;
  uint64_t offset = 0;  ///< Bytes from the start of the entry.
};

class Rings {
 public:
  struct Queue {
    bool enabled = false;
    uint32_t log2_entries = 0;
    uint64_t submissions = 0;
    uint64_t completions = 0;
    uint64_t fetched = 0;    ///< Since it was enabled.
    uint64_t completed = 0;  ///< Since it was enabled.
    uint64_t shift = 0;      ///< Entries its completions are written too far on.
    uint32_t mask() const { return (uint32_t{1} << log2_entries) - 1; }
  };

  /// A register write the device takes.
  void note_write(uint32_t offset, uint32_t value);
  void reset() { *this = {}; }

  Place find(uint64_t address) const;

  Queue& queue(unsigned index) { return queues_[index]; }
  const Queue& queue(unsigned index) const { return queues_[index]; }

  /// True once for every submission fetched; false when the device tries the last one again.
  bool take_fetch(const Place& place);
  /// The same for completions.
  bool take_completion(const Place& place);

  /// The queue whose SQ_TAIL lies at `offset`, if it is open.
  std::optional<unsigned> doorbell(uint32_t offset) const;

 private:
  uint64_t base(uint32_t low, uint32_t high) const;

  std::array<uint32_t, abi::kBarSize / sizeof(uint32_t)> written_{};
  std::array<Queue, abi::kQueues> queues_{};
};

}  // namespace photic::faults
