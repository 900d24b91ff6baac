// SPDX-License-Identifier: Apache-2.0
// Reads and writes HDF5 files as trees of plain values.
#pragma once

#include <filesystem>

#include "host/base/error.h"
#include "host/hdf5/tree.h"

namespace photic::host::hdf5 {

/// What one file may cost. Whatever lies beyond is an Hdf5Error.
struct Limits {
  uint64_t file_bytes = uint64_t{1} << 30;
  size_t depth = 32;                          // groups inside each other
  size_t objects = 100000;                    // groups and data sets
  size_t name_bytes = 4096;                   // of one link
  uint64_t bytes = uint64_t{1} << 29;         // of all values together, as they lie in a Dataset
  uint64_t memory_bytes = uint64_t{3} << 29;  // what reading may take on top of the program's own
  unsigned seconds = 60;
};

/// A file that is not HDF5, is damaged, or holds what a tree cannot. `object` is the path inside the file of
/// the last object that was looked at.
class Hdf5Error : public Error {
 public:
  enum class Kind {
    kNotHdf5,
    kCorrupt,      // the library found a contradiction
    kUnsupported,  // a link or a type that is not read
    kTooLarge,     // a limit
    kReaderDied    // the reading process crashed or did not end; the file is hostile or badly damaged
  };

  Hdf5Error(Kind kind, const std::string& file, const std::string& object, const std::string& what,
            const std::string& remedy)
      : Error(file + (object.empty() ? "" : ", object '" + object + "'"), what, remedy),
        kind_(kind),
        file_(file),
        object_(object) {}

  Kind kind() const { return kind_; }
  const std::string& file() const { return file_; }
  const std::string& object() const { return object_; }

 private:
  Kind kind_;
  std::string file_, object_;
};

/// Everything in `file`. libhdf5 trusts what it reads, so it does so in a child process with limits of its
/// own: a file that crashes it or keeps it busy costs an Hdf5Error. Hard links are followed, but not to a
/// group that holds them; soft, external and user-defined links, external and virtual storage and filter
/// plugins are refused. Throws IoError if the file is missing or unreadable, Hdf5Error for what is in it.
Group read(const std::filesystem::path& file, const Limits& limits = {});

/// Replaces `file` whole or not at all by one that holds `root`: integers as 64-bit, floating values as IEEE
/// double, strings as UTF-8 of variable length, all little-endian; `compressed` arrays of numbers with gzip.
/// The bytes are a function of the tree. Throws Hdf5Error (kUnsupported) for a name that is empty, "." or has
/// a "/" and for a string with a null byte, IoError if the file cannot be written.
void write(const std::filesystem::path& file, const Group& root);

}  // namespace photic::host::hdf5
