// SPDX-License-Identifier: Apache-2.0
// A tree as a stream of bytes: what the reading process sends to the one that asked. The sender is not
// trusted.
//
// Records, numbers little-endian: 'G' name: a group begins; 'E': it ends; 'D' name: a data set begins, and
// once it is read 'V' type (i, d, s), compressed (0, 1), rank (8 bits), extents (64 bits each), values (64
// bits each, or strings); 'X' kind (8 bits) message: an error; 'Z': the end. A string is a length of 32 bits
// and its bytes.
#pragma once

#include <functional>
#include <span>

#include "host/hdf5/hdf5.h"

namespace photic::host::hdf5 {

/// Highest rank of a data set: HDF5's own.
inline constexpr size_t kMaxRank = 32;

/// Writes records through `put`.
class Encoder {
 public:
  explicit Encoder(std::function<void(std::span<const uint8_t>)> put) : put_(std::move(put)) {}

  void begin_group(std::string_view name);
  void end_group();
  void begin_dataset(std::string_view name);
  void values(const Dataset& dataset);
  void error(Hdf5Error::Kind kind, std::string_view message);
  void end();

 private:
  void text(char tag, std::string_view text);

  std::function<void(std::span<const uint8_t>)> put_;
};

/// All of `root` with the records of its members.
void encode(Encoder& encoder, const Group& root);

/// Builds a tree from a stream.
class Decoder {
 public:
  /// `get` fills its argument with the next bytes of the stream or throws. `file` names the file in errors.
  Decoder(std::function<void(std::span<uint8_t>)> get, std::string file, const Limits& limits)
      : get_(std::move(get)), file_(std::move(file)), limits_(limits) {}

  /// Reads to the end of the tree. Throws Hdf5Error: the one the stream tells of, kTooLarge for a stream that
  /// breaks the limits, kReaderDied for one that breaks the format; and what `get` throws.
  Group run();

  /// Path of the object that was begun last.
  const std::string& object() const { return object_; }

 private:
  void members(Group& group, size_t depth);
  std::string begin(const std::string& parent);
  Dataset dataset();
  void charge(uint64_t bytes);
  uint8_t byte();
  uint64_t number(size_t bytes);
  std::string text(uint64_t longest);
  [[noreturn]] void fail(Hdf5Error::Kind kind, const std::string& what) const;
  [[noreturn]] void told();

  std::function<void(std::span<uint8_t>)> get_;
  std::string file_, object_;
  Limits limits_;
  size_t objects_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace photic::host::hdf5
