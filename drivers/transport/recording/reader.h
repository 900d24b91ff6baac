// SPDX-License-Identifier: Apache-2.0
// Reads a recording, an event a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "drivers/transport/file_descriptor.h"
#include "drivers/transport/recording/event.h"
#include "drivers/transport/recording/format.h"
#include "drivers/transport/recording/packing.h"

namespace photic::recording {

/// A recording of this build's contract. Damage is found when it is reached: what lies before can be read.
class Reader {
 public:
  /// Throws transport::Error: NOT_FOUND if the file cannot be opened, INVALID_ARGUMENT with the position if
  /// it does not begin as a recording, UNSUPPORTED if its format is of another version, CONTRACT_MISMATCH
  /// naming both hashes.
  explicit Reader(const std::string& path);
  /// The same of an open file; `path` is for texts.
  Reader(transport::FileDescriptor file, const std::string& path);

  const Header& header() const { return header_; }

  /// The next event. False at the end of a whole recording, after kEnd. Throws Error(INVALID_ARGUMENT) naming
  /// the byte and the event where the file is torn or damaged; the same again when called again.
  bool next(Event& event);

 private:
  enum class Block : uint8_t { kWhole, kNone };

  [[noreturn]] void refuse(uint64_t position, const std::string& what) const;
  size_t read(void* to, size_t count);
  Block read_block();
  void read_header();
  void begin_block();
  void decode(Event& event);
  void decode_registers(Event& event);

  std::string path_;
  transport::FileDescriptor file_;
  Header header_;
  std::vector<uint32_t> offsets_;
  std::vector<uint32_t> registers_;
  uint64_t size_ = 0;
  uint64_t position_ = 0;        // of the next byte of the file to read
  uint64_t block_position_ = 0;  // of the block's first byte after its head
  Bytes block_;
  Unpacker unpacker_{{}};
  uint64_t number_ = 0;
  uint64_t next_address_ = 0;
  bool ended_ = false;
  std::string damage_;  // what `next` threw
};

}  // namespace photic::recording
