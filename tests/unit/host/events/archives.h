// SPDX-License-Identifier: Apache-2.0
// Tar archives and N-MNIST samples made for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "host/events/event_error.h"
#include "host/events/nmnist.h"

namespace photic::host::test {

using Bytes = std::vector<uint8_t>;

/// Gives a header block the checksum of its bytes.
inline void seal(Bytes& header) {
  std::fill_n(header.begin() + 148, 8, uint8_t{' '});
  unsigned sum = 0;
  for (const uint8_t byte : header) {
    sum += byte;
  }
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  std::copy_n(digits, 7, header.begin() + 148);
}

/// A header block, checksum included.
inline Bytes tar_header(const std::string& name, size_t size, char type = '0',
                        const std::string& prefix = "") {
  Bytes block(512);
  const auto put = [&](std::ptrdiff_t at, const std::string& text) {
    std::copy(text.begin(), text.end(), block.begin() + at);
  };
  char digits[16];
  std::snprintf(digits, sizeof digits, "%011o", static_cast<unsigned>(size));
  put(0, name);
  put(124, digits);
  block[156] = static_cast<uint8_t>(type);
  put(257, "ustar");
  put(263, "00");
  put(345, prefix);
  seal(block);
  return block;
}

inline void append(Bytes& bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// A header, the content, its padding.
inline Bytes tar_entry(const std::string& name, const Bytes& content, char type = '0') {
  Bytes entry = tar_header(name, content.size(), type);
  append(entry, content);
  entry.resize((entry.size() + 511) / 512 * 512);
  return entry;
}

/// `entries` and the two blocks that end an archive.
inline Bytes tar(const std::vector<Bytes>& entries) {
  Bytes archive;
  for (const Bytes& entry : entries) {
    append(archive, entry);
  }
  archive.resize(archive.size() + 1024);
  return archive;
}

/// The five bytes of an event.
inline Bytes encoded(const CameraEvent& event) {
  return {event.x, event.y, static_cast<uint8_t>((event.polarity << 7) | (event.microseconds >> 16)),
          static_cast<uint8_t>(event.microseconds >> 8), static_cast<uint8_t>(event.microseconds)};
}

inline Bytes encoded(const std::vector<CameraEvent>& events) {
  Bytes bytes;
  for (const CameraEvent& event : events) {
    append(bytes, encoded(event));
  }
  return bytes;
}

/// Runs `body`, which must throw an EventError, and returns it.
template <typename Body>
EventError error_of(const Body& body) {
  try {
    body();
  } catch (const EventError& error) {
    return error;
  }
  ADD_FAILURE() << "no EventError";
  return {EventError::Kind::kMissing, {}, "", ""};
}

}  // namespace photic::host::test
