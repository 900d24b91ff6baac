// SPDX-License-Identifier: Apache-2.0
// The layout of a recording's file, and what its first block says of the device
// (docs/reference/recordings.md, "Format").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace photic::recording {

inline constexpr uint32_t kVersion = 1;

/// Words of the largest access that can be recorded.
inline constexpr uint64_t kMostWords = uint64_t{1} << 25;

/// The first bytes of a file.
struct Prefix {
  std::array<char, 8> magic = {'P', 'H', 'O', 'T', 'I', 'C', 'R', '\n'};
  uint32_t version = kVersion;
};
static_assert(sizeof(Prefix) == 12 && std::is_trivially_copyable_v<Prefix>);

/// Before every block.
struct BlockHead {
  uint32_t size = 0;  ///< Bytes of the block after its head.
  uint32_t crc = 0;   ///< CRC-32 of them.
};
static_assert(sizeof(BlockHead) == 8 && std::is_trivially_copyable_v<BlockHead>);

/// What was recorded.
struct Header {
  uint32_t contract = 0;  ///< Contract hash of the program that recorded.
  uint32_t kind = 0;      ///< SHELL_KIND.
  uint32_t geometry = 0;  ///< SHELL_GEOMETRY.
  bool timed = false;     ///< The device counted cycles.
  std::string uri;        ///< The device's URI.
};

/// Offsets of the 32-bit registers that a device of some kind has, high words included, in the contract's
/// order.
std::vector<uint32_t> register_offsets(uint32_t kind);

}  // namespace photic::recording
