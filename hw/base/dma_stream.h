// SPDX-License-Identifier: Apache-2.0
// What blocks say to the DMA engines, and what these say to the bus.
#pragma once

#include <cstdint>

namespace photic::hw {

/// Words to move: `words` 64-bit words from bus address `address`, which is 8-byte aligned.
struct DmaRequest {
  uint64_t address = 0;
  uint32_t words = 0;
};

/// A word read from host memory; the data of a refused one is 0.
struct ReadWord {
  uint64_t data = 0;
  bool error = false;
};

/// The first refused access of a command.
struct DmaFailure {
  bool failed = false;
  uint64_t address = 0;
  bool operator==(const DmaFailure&) const = default;
  template <typename F>
  void each_field(F f) const {
    f("failed", 1, failed);
    f("address", 64, address);
  }
};

/// AXI4 AR or AW as the manager drives it; `len` is beats - 1.
struct AxiAddress {
  bool valid = false;
  uint64_t addr = 0;
  uint8_t len = 0;
  bool operator==(const AxiAddress&) const = default;
  template <typename F>
  void each_field(F f) const {
    f("valid", 1, valid);
    f("addr", 64, addr);
    f("len", 8, len);
  }
};

/// AXI4 W as the manager drives it.
struct AxiWriteData {
  bool valid = false;
  uint64_t data = 0;
  bool last = false;
  bool operator==(const AxiWriteData&) const = default;
  template <typename F>
  void each_field(F f) const {
    f("valid", 1, valid);
    f("data", 64, data);
    f("last", 1, last);
  }
};

/// Beats of the burst that starts at `address` with `left` words to go: bursts end at multiples of `longest`
/// beats.
constexpr uint32_t burst_beats(uint64_t address, uint32_t left, uint32_t longest) {
  const auto room = static_cast<uint32_t>(longest - (address / 8) % longest);
  return left < room ? left : room;
}

}  // namespace photic::hw
