// SPDX-License-Identifier: Apache-2.0
// Reads the files inside a tar archive, plain or gzip, without unpacking it to disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "host/events/event_error.h"

namespace photic::host {

/// Largest archive a reader holds, bytes after decompression.
inline constexpr uint64_t kMaxArchiveBytes = 1ull << 30;

/// The regular files of a POSIX ustar archive (IEEE Std 1003.1, pax: ustar interchange format) in memory.
class TarArchive {
 public:
  /// Reads `file`. Throws EventError: kMissing, kTooLarge, and what `parse` throws.
  static TarArchive read(const std::filesystem::path& file);

  /// Takes the bytes of an archive; `name` is for messages. Directories, links and pax headers are passed
  /// over; of two files of one name the later counts. Throws EventError: kTruncated for an archive cut short
  /// (its two closing blocks of zeros included), kCorrupt for a wrong checksum or number, kUnsupported for
  /// GNU long names.
  static TarArchive parse(std::vector<uint8_t> bytes, const std::string& name);

  const std::string& name() const { return name_; }

  /// Names of the files, sorted.
  std::vector<std::string> files() const;

  /// A file's bytes, good as long as the archive lives. Throws EventError of kMissing.
  std::span<const uint8_t> file(const std::string& path) const;

 private:
  struct Extent {
    size_t begin, size;
  };
  std::string name_;
  std::vector<uint8_t> bytes_;
  std::map<std::string, Extent> files_;
};

}  // namespace photic::host
