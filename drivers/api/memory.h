// SPDX-License-Identifier: Apache-2.0
// Memory that host and device share, and the bus addresses it is given.
#pragma once

#include <cstdint>
#include <map>

#include "drivers/transport/transport.h"

namespace photic::api {

constexpr uint64_t kPage = 4096;

/// `size` rounded up to whole pages. Throws Error(INVALID_ARGUMENT) for 0 and for sizes no address space
/// holds.
uint64_t whole_pages(uint64_t size);

/// Host memory, mapped for as long as this lives.
class Memory {
 public:
  /// Zeroed pages behind a descriptor of their own. Throws Error(OUT_OF_MEMORY).
  static Memory allocate(uint64_t size);
  /// Pages of the caller's file. Throws Error(INVALID_ARGUMENT), naming what is wrong with it.
  static Memory import_fd(int fd, uint64_t offset, uint64_t size);
  /// The caller's own memory, not owned. Throws Error(INVALID_ARGUMENT).
  static Memory import_memory(void* memory, uint64_t size);

  Memory(Memory&& other) noexcept;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  Memory& operator=(Memory&&) = delete;
  ~Memory();

  std::byte* data() const { return static_cast<std::byte*>(mapping_.memory); }
  uint64_t size() const { return mapping_.size; }  ///< Whole pages.

  /// How to show it to a device at bus address `address`.
  transport::DmaMapping mapping(uint64_t address) const;

 private:
  Memory(void* memory, uint64_t size, int fd, uint64_t offset);
  transport::DmaMapping mapping_;
};

/// Gives out ranges of bus addresses, whole pages, with an unused page after each so that an overrun is
/// refused. Starts above 4 GiB: an address cut to 32 bits then hits nothing.
class AddressAllocator {
 public:
  AddressAllocator();
  /// Throws Error(OUT_OF_MEMORY) when no gap is large enough.
  uint64_t take(uint64_t size);
  void give_back(uint64_t address, uint64_t size);

 private:
  std::map<uint64_t, uint64_t> free_;  // start -> size
};

}  // namespace photic::api
