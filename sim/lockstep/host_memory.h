// SPDX-License-Identifier: Apache-2.0
// A host's memory for devices under test: pages that exist, pages that are read-only, and nothing elsewhere.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "drivers/abi/device_port.h"

namespace photic::lockstep {

/// Bus memory in 4 KiB pages. A device's access is refused unless every word of it is mapped, and writable
/// for a write.
class HostMemory final : public abi::DmaPort {
 public:
  static constexpr uint64_t kPageBytes = 4096;

  /// Maps the pages of [address, address + bytes), zero-filled where they were not mapped before.
  void map(uint64_t address, uint64_t bytes, bool writable = true);

  bool read(uint64_t address, uint64_t* words, size_t count) override;
  bool write(uint64_t address, const uint64_t* words, size_t count) override;

  /// The host's own accesses, which ignore write protection. Unmapped words read as 0 and drop writes.
  uint64_t peek(uint64_t address) const;
  void poke(uint64_t address, uint64_t word);
  void poke(uint64_t address, std::span<const uint64_t> words);

 private:
  struct Page {
    std::array<uint64_t, kPageBytes / 8> words{};
    bool writable = true;
  };
  Page* page(uint64_t address);
  const Page* page(uint64_t address) const;

  std::unordered_map<uint64_t, Page> pages_;
};

}  // namespace photic::lockstep
