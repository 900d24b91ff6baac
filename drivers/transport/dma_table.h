// SPDX-License-Identifier: Apache-2.0
// Host memory as a simulated device reaches it: a table of windows from bus addresses to mapped memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

#include "drivers/abi/device_port.h"

namespace photic::transport {

/// A DmaPort over mapped memory. An access that is misaligned or not wholly inside one window is refused.
///
/// Windows may change while a device works: once `unmap` returned, no access touches the window's memory any
/// more. The last word of a write is stored with release order, so a host that reads it with acquire order
/// sees everything the device wrote before.
class DmaTable : public abi::DmaPort {
 public:
  /// False, and nothing changed, if the window is empty, not page-aligned, wraps around or overlaps another.
  bool map(uint64_t address, uint64_t size, void* memory, bool readable, bool writable);

  /// The window's memory if exactly this window existed, else null.
  void* unmap(uint64_t address, uint64_t size);

  void clear();
  size_t windows() const;

  bool read(uint64_t address, uint64_t* words, size_t count) override;
  bool write(uint64_t address, const uint64_t* words, size_t count) override;

 private:
  struct Window {
    uint64_t size;
    std::byte* memory;
    bool readable;
    bool writable;
  };

  std::byte* find(uint64_t address, size_t count, bool write);

  mutable std::mutex mutex_;
  std::map<uint64_t, Window> windows_;
};

}  // namespace photic::transport
