// SPDX-License-Identifier: Apache-2.0
// Numbers and memory as few bytes (docs/reference/recordings.md, "Format").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace photic::recording {

using Bytes = std::vector<std::byte>;

/// Bytes that no packer made. `offset` counts from the start of what was being unpacked.
class Malformed : public std::runtime_error {
 public:
  Malformed(size_t offset, const std::string& what) : std::runtime_error(what), offset_(offset) {}
  size_t offset() const { return offset_; }

 private:
  size_t offset_;
};

/// Seven bits a byte, low ones first, bit 7 set but in the last (LEB128).
void put_number(Bytes& bytes, uint64_t value);

/// A difference of two numbers, which wraps: small ones of either sign are short (zigzag).
void put_difference(Bytes& bytes, uint64_t difference);

/// A length and the characters.
void put_text(Bytes& bytes, const std::string& text);

/// A byte that says which bytes of the word are not zero, and those; after 0x00 a byte with the number of
/// zero words that follow, after 0xFF one with the number of words that follow as they are (the packing of
/// Cap'n Proto messages).
void put_words(Bytes& bytes, std::span<const uint64_t> words);

/// Unpacks the same from the front of some bytes. All throw Malformed.
class Unpacker {
 public:
  explicit Unpacker(std::span<const std::byte> bytes) : bytes_(bytes) {}

  size_t offset() const { return offset_; }
  bool at_end() const { return offset_ == bytes_.size(); }

  uint8_t byte();
  uint64_t number();
  /// A number that is at most `most`.
  uint64_t number(uint64_t most, const char* what);
  uint64_t difference();
  std::string text();
  /// Takes memory as words are found, not as they are announced.
  void words(uint64_t count, std::vector<uint64_t>& words);

 private:
  std::span<const std::byte> take(size_t count);

  std::span<const std::byte> bytes_;
  size_t offset_ = 0;
};

}  // namespace photic::recording
