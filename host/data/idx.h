// SPDX-License-Identifier: Apache-2.0
// Reads IDX files, the format of MNIST and its kin: plain or gzip.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "host/data/data_error.h"

namespace photic::host {

/// An array of bytes with its dimensions, first the slowest.
struct IdxArray {
  std::vector<uint32_t> dims;
  std::vector<uint8_t> values;
};

/// Largest array `read_idx` allocates, bytes.
inline constexpr uint64_t kMaxIdxBytes = 1ull << 30;

/// Reads `file`, which must hold unsigned bytes (IDX type 0x08) in exactly `dimensions` non-empty dimensions,
/// and nothing after them. Sizes are judged before anything is allocated. Throws DataError.
IdxArray read_idx(const std::filesystem::path& file, size_t dimensions);

}  // namespace photic::host
