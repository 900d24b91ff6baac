// SPDX-License-Identifier: Apache-2.0
// A region of a function: a BAR, mapped if the kernel lets it, or the configuration space.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "drivers/transport/vfio/kernel.h"

namespace photic::transport::vfio_pci {

/// Accesses are aligned, inside the region, and reach the function one for one, in program order; whatever
/// the program stored in memory before a write is visible to the function when the write arrives. Any thread
/// may call. Throws Error(DEVICE_LOST) when the kernel refuses an access.
class Region {
 public:
  /// Region `index` of an open function. Its first `window` bytes are mapped where the kernel allows; where
  /// it does not, and beyond, every access is a call of the kernel.
  Region(const Kernel& kernel, int device, std::string function, uint32_t index, size_t window);
  ~Region();
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  /// 0: the function has no such region.
  uint64_t size() const { return size_; }
  bool mapped() const { return memory_ != nullptr; }

  uint16_t read16(uint64_t offset) const;
  uint32_t read32(uint64_t offset) const;
  uint64_t read64(uint64_t offset) const;
  void write16(uint64_t offset, uint16_t value) const;
  void write32(uint64_t offset, uint32_t value) const;
  void write64(uint64_t offset, uint64_t value) const;

 private:
  template <typename Word>
  Word read(uint64_t offset) const;
  template <typename Word>
  void write(uint64_t offset, Word value) const;
  [[noreturn]] void refused(uint64_t offset, const char* verb) const;

  const int device_;
  const std::string function_;
  const uint32_t index_;
  uint64_t size_ = 0;
  uint64_t file_offset_ = 0;
  std::byte* memory_ = nullptr;
  size_t mapped_size_ = 0;
};

}  // namespace photic::transport::vfio_pci
