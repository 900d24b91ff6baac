// SPDX-License-Identifier: Apache-2.0
// Memory that the host and every device of a context share.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "drivers/opencl/open_device.h"

namespace photic::opencl {

/// Zeroed pages behind a descriptor. A device sees them from the first command that needs them on.
/// Thread-safe.
class Storage {
 public:
  /// Throws Error(CL_MEM_OBJECT_ALLOCATION_FAILURE).
  explicit Storage(size_t size);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  std::byte* data() const { return data_; }
  size_t size() const { return size_; }
  /// The same memory as `device` knows it; lives as long as this. Throws
  /// Error(CL_MEM_OBJECT_ALLOCATION_FAILURE).
  photic_buffer on(const std::shared_ptr<OpenDevice>& device);

 private:
  size_t size_;
  int descriptor_ = -1;
  std::byte* data_ = nullptr;
  std::mutex mutex_;
  std::vector<std::pair<std::shared_ptr<OpenDevice>, Buffer>> imports_;
};

}  // namespace photic::opencl
