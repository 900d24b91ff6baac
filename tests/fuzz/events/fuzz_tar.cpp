// SPDX-License-Identifier: Apache-2.0
// Any bytes are an archive or an EventError, and an archive's files lie inside it. The first byte says
// whether headers get a right checksum, which chance would not find.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "host/events/tar_archive.h"

namespace {

constexpr size_t kBlock = 512, kChecksum = 148, kChecksumLength = 8;

/// Gives every block that is not all zeros the checksum of a header.
void repair(std::vector<uint8_t>& bytes) {
  for (size_t at = 0; at + kBlock <= bytes.size(); at += kBlock) {
    uint8_t* block = bytes.data() + at;
    if (std::all_of(block, block + kBlock, [](uint8_t byte) { return byte == 0; })) {
      continue;
    }
    std::fill_n(block + kChecksum, kChecksumLength, uint8_t{' '});
    unsigned sum = std::accumulate(block, block + kBlock, 0u);
    for (size_t digit = kChecksum + 6; digit-- > kChecksum; sum /= 8) {
      block[digit] = static_cast<uint8_t>('0' + sum % 8);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  std::vector<uint8_t> bytes(data + 1, data + size);
  if (data[0] % 2 == 1) {
    repair(bytes);
  }
  try {
    const auto archive = photic::host::TarArchive::parse(std::move(bytes), "input");
    uint64_t sum = 0;
    for (const std::string& name : archive.files()) {
      const auto file = archive.file(name);
      if (file.size() > size) {
        std::abort();
      }
      for (const uint8_t byte : file) {
        sum += byte;  // reads every byte, under the address sanitizer
      }
    }
    if (sum > 255 * static_cast<uint64_t>(size) * (archive.files().size() + 1)) {
      std::abort();
    }
  } catch (const photic::host::EventError&) {
    return 0;
  }
  return 0;
}
