// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a data file.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/error.h"

namespace photic::host {

/// A data file or data set that is missing, malformed or not the one the registry describes.
class DataError : public Error {
 public:
  enum class Kind {
    kMissing,
    kTruncated,
    kCorrupt,
    kWrongType,
    kWrongShape,
    kTooLarge,
    kTrailingBytes,
    kChecksum
  };

  /// `offset` is the byte in the decompressed file where reading stopped making sense.
  DataError(Kind kind, const std::string& file, uint64_t offset, const std::string& what,
            const std::string& remedy)
      : Error(file + " at byte " + std::to_string(offset), what, remedy), kind_(kind), offset_(offset) {}

  Kind kind() const { return kind_; }
  uint64_t offset() const { return offset_; }

 private:
  Kind kind_;
  uint64_t offset_;
};

}  // namespace photic::host
