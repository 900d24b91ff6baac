// SPDX-License-Identifier: Apache-2.0
// Host memory that two devices can work on at once: each sees its own writes, the host sees neither's until
// they are found equal.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "drivers/abi/device_port.h"

namespace photic::lockstep {

/// A copy-on-write layer over another DmaPort. Accesses are refused exactly where the lower port refuses
/// them.
class OverlayMemory final : public abi::DmaPort {
 public:
  static constexpr uint64_t kPageBytes = 4096;

  explicit OverlayMemory(abi::DmaPort& below) : below_(below) {}

  bool read(uint64_t address, uint64_t* words, size_t count) override;
  bool write(uint64_t address, const uint64_t* words, size_t count) override;

  /// Carries the writes out below, in their order, and forgets them.
  void commit();

  /// Forgets the writes.
  void discard();

  bool empty() const { return log_.empty(); }

 private:
  friend class MemoryComparison;

  struct Page {
    std::array<uint64_t, kPageBytes / 8> words{};
    std::bitset<kPageBytes / 8> written;
  };
  struct Write {
    uint64_t address;
    size_t first;  // in data_
    size_t count;
  };

  bool accepts_write(uint64_t address, size_t count);

  abi::DmaPort& below_;
  std::map<uint64_t, Page> pages_;
  std::vector<Write> log_;
  std::vector<uint64_t> data_;
};

/// A word that two overlays do not agree on.
struct WordDifference {
  uint64_t address = 0;
  std::optional<uint64_t> first;   ///< What the first overlay wrote, if it did.
  std::optional<uint64_t> second;  ///< What the second overlay wrote, if it did.
  uint64_t words_in_all = 0;       ///< Words that differ, this one included.
};

/// Compares what two overlays wrote since their last commit.
class MemoryComparison {
 public:
  /// Words for which `ignored` gives true are taken as equal.
  using Ignored = std::function<bool(uint64_t address)>;

  /// The differing word with the lowest address.
  static std::optional<WordDifference> compare(const OverlayMemory& first, const OverlayMemory& second,
                                               const Ignored& ignored);
};

}  // namespace photic::lockstep
