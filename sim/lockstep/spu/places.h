// SPDX-License-Identifier: Apache-2.0
// Where the random host of an SPU keeps data in host memory.
#pragma once

#include <cstdint>
#include <span>

#include "sim/lockstep/host_memory.h"

namespace photic::lockstep {

/// Two areas that are handed out from their start and taken back as a whole: one devices read, one they
/// write. Behind each nothing is mapped.
class Places {
 public:
  static constexpr uint64_t kSource = 0x1000'0000;
  static constexpr uint64_t kSourceBytes = 0x40'0000;
  static constexpr uint64_t kDestination = 0x12'3400'0000;
  static constexpr uint64_t kDestinationBytes = 0x40'0000;

  explicit Places(HostMemory& memory) : memory_(memory) {
    memory_.map(kSource, kSourceBytes, false);
    memory_.map(kDestination, kDestinationBytes);
  }

  /// Puts words where devices read and says where.
  uint64_t give(std::span<const uint64_t> words) {
    const uint64_t at = kSource + 8 * source_;
    memory_.poke(at, words);
    source_ += words.size();
    return at;
  }

  /// Puts a word at an address of the first area, wherever it is.
  void put(uint64_t address, uint64_t word) { memory_.poke(address, word); }

  /// Room for words that a device writes. Rooms of one round do not overlap.
  uint64_t take(uint64_t words) {
    const uint64_t at = kDestination + 8 * destination_;
    destination_ += words;
    return at;
  }

  /// Takes everything back.
  void clear() { source_ = destination_ = 0; }

 private:
  HostMemory& memory_;
  uint64_t source_ = 0;  // words handed out
  uint64_t destination_ = 0;
};

}  // namespace photic::lockstep
