// SPDX-License-Identifier: Apache-2.0
// Memory of a client that it did not share: only asking for it reaches it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace photic::sim {

/// Called from the thread that drives the device; a call returns within a bounded time.
class RemoteMemory {
 public:
  virtual ~RemoteMemory() = default;

  /// The bytes lie in one window that the client mapped, with the right to do this. False if the client
  /// refused, did not answer, took the window away meanwhile, or is gone: `bytes` are undefined then, and of
  /// a write any part may have been done.
  virtual bool read(uint64_t address, std::span<std::byte> bytes) = 0;
  virtual bool write(uint64_t address, std::span<const std::byte> bytes) = 0;

  /// A window is no more: a transfer in progress that lies in it ends, refused.
  virtual void withdraw(uint64_t address, uint64_t size) = 0;
};

}  // namespace photic::sim
