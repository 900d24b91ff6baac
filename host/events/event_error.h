// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a file of events or an archive of such files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/error.h"

namespace photic::host {

/// A file of events that is missing, malformed or not what was asked for.
class EventError : public Error {
 public:
  enum class Kind {
    kMissing,      // no such file, or no such member in an archive
    kTruncated,    // ends inside something
    kCorrupt,      // a value no writer produces
    kOutOfRange,   // an event outside the sensor
    kOutOfOrder,   // an event earlier than the one before
    kUnsupported,  // well formed, and nothing this reader knows
    kTooLarge,     // more than a reader is willing to hold
  };

  /// Where reading stopped making sense: the byte in the decompressed file, and the event (counted from 0)
  /// where that is known.
  struct Place {
    std::string file;
    uint64_t byte = 0;
    std::optional<uint64_t> event = std::nullopt;
  };

  EventError(Kind kind, const Place& place, const std::string& what, const std::string& remedy)
      : Error(describe(place), what, remedy), kind_(kind), place_(place) {}

  Kind kind() const { return kind_; }
  const Place& place() const { return place_; }

 private:
  static std::string describe(const Place& place) {
    return place.file + " at byte " + std::to_string(place.byte) +
           (place.event ? " (event " + std::to_string(*place.event) + ")" : "");
  }

  Kind kind_;
  Place place_;
};

}  // namespace photic::host
