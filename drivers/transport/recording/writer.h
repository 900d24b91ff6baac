// SPDX-License-Identifier: Apache-2.0
// Writes a recording, a block a piece of work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "drivers/transport/file_descriptor.h"
#include "drivers/transport/recording/event.h"
#include "drivers/transport/recording/format.h"
#include "drivers/transport/recording/packing.h"

namespace photic::recording {

/// A file that grows by an event a call. What was written when the process dies can be read up to the end of
/// its last settled piece of work.
///
/// A file that does not take a block takes nothing more: `failure` says why, further events are dropped.
class Writer {
 public:
  /// Opens and empties the file; nobody else records to it meanwhile. Throws transport::Error: NOT_FOUND if
  /// it cannot be opened, BUSY if somebody else records to it, INVALID_ARGUMENT if it is no file.
  explicit Writer(const std::string& path);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// The first thing to write.
  void begin(const Header& header);

  void host_write(uint32_t offset, uint32_t value) { put_register(EventKind::kWrite, offset, value); }
  void host_read(uint32_t offset, uint32_t value) { put_register(EventKind::kRead, offset, value); }
  void reset() { put_kind(EventKind::kReset); }
  /// At least one word. A refused read has no data. Reads that go on where the last one ended become one
  /// event, page by page: a device with a bus reads word by word.
  void dma_read(uint64_t address, std::span<const uint64_t> words, bool accepted);
  void dma_write(uint64_t address, std::span<const uint64_t> words, bool accepted);
  void interrupt(unsigned vector);
  /// `registers` holds the values of the device's registers, in the order of register_offsets.
  void settled(std::span<const uint32_t> registers);
  /// kFailed or kStopped.
  void broke(EventKind kind, const std::string& text);
  void end();

  const std::optional<std::string>& failure() const { return failure_; }

 private:
  void put_kind(EventKind kind);
  void put_register(EventKind kind, uint32_t offset, uint32_t value);
  void put_access(EventKind kind, uint64_t address, size_t words);
  void put_run();
  void flush();
  void write(std::span<const std::byte> bytes);

  std::string path_;
  transport::FileDescriptor file_;
  Bytes block_;  // its head first
  uint64_t number_ = 0;
  uint64_t next_address_ = 0;
  uint64_t run_address_ = 0;
  std::vector<uint64_t> run_;  // words read and not yet in the block
  std::vector<uint64_t> ended_run_;
  std::vector<uint32_t> registers_;
  uint64_t written_ = 0;
  std::optional<std::string> failure_;
};

}  // namespace photic::recording
