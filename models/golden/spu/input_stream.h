// SPDX-License-Identifier: Apache-2.0
// The input stream of a run, read from host memory as it is needed.
#pragma once

#include <array>
#include <cstdint>

#include "drivers/abi/timing.h"
#include "models/golden/bus.h"

namespace photic::golden {

class InputStream {
 public:
  explicit InputStream(Bus& bus) : bus_(bus) {}

  /// Starts at the first of `words` words; 0: there is no stream.
  void open(uint64_t address, uint32_t words);

  /// Words not taken yet, and the bus address of the first of them (just past the end if there is none).
  uint32_t left() const { return left_; }
  uint64_t position() const { return position_; }

  struct Word {
    uint64_t value = 0;
    bool refused = false;
  };
  /// Takes a word; `left` is not 0.
  Word next();

  /// Takes the rest of what is buffered, or one more buffer: bounded work.
  void skip();

 private:
  void fill();

  Bus& bus_;
  std::array<uint64_t, abi::kFifoReadData> buffer_{};
  uint32_t taken_ = 0;
  uint32_t filled_ = 0;
  uint32_t refused_from_ = 0;  // first word of the buffer that was refused; later ones are not looked at
  uint32_t left_ = 0;
  uint64_t position_ = 0;
};

}  // namespace photic::golden
