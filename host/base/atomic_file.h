// SPDX-License-Identifier: Apache-2.0
// Replaces a file whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace photic::host {

/// Writes `parts` one after the other to `path`: temporary file beside it, fsync, rename, fsync of the
/// folder. A reader sees the old file or the new one. On failure (disk full, no permission) throws IoError,
/// leaves the old file as it was and no temporary behind.
void write_atomically(const std::filesystem::path& path, const std::vector<std::span<const uint8_t>>& parts);

/// As above for one text.
void write_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace photic::host
