// SPDX-License-Identifier: Apache-2.0
// Host memory behind an IOMMU: which bus addresses a function reaches, and what they lead to.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "drivers/transport/file_descriptor.h"
#include "drivers/transport/vfio/kernel.h"

namespace photic::transport::vfio_pci {

struct AddressRange {
  uint64_t first = 0;
  uint64_t last = 0;  ///< Inclusive.
};

/// An address space of the IOMMU. Everything still mapped is unmapped with it. Any thread may call.
class Iommu {
 public:
  virtual ~Iommu() = default;
  Iommu(const Iommu&) = delete;
  Iommu& operator=(const Iommu&) = delete;

  /// Pins `memory` and shows it to the function, readable and writable, at bus address `address`. Throws
  /// Error: INVALID_ARGUMENT for what is not whole pages or cannot be pinned, UNSUPPORTED for addresses
  /// outside `ranges`, OUT_OF_MEMORY at a limit of the kernel, INTERNAL for windows that overlap.
  void map(uint64_t address, uint64_t size, void* memory);
  /// Once it returned, the function does not reach the window any more. Throws Error(INTERNAL) for what is no
  /// window.
  void unmap(uint64_t address, uint64_t size);
  /// Unmaps everything, as far as the kernel lets it.
  void clear() noexcept;

  const std::vector<AddressRange>& ranges() const { return ranges_; }
  uint64_t page() const { return page_; }
  size_t windows() const;

 protected:
  /// `function` names the function in error texts.
  Iommu(const Kernel& kernel, std::string function) : kernel_(kernel), function_(std::move(function)) {}

  /// 0 or a negated errno. `unmap_pages` says how many bytes it unmapped.
  virtual int map_pages(uint64_t address, uint64_t size, void* memory) = 0;
  virtual int unmap_pages(uint64_t address, uint64_t size, uint64_t* unmapped) = 0;

  const Kernel& kernel_;
  const std::string function_;
  std::vector<AddressRange> ranges_;  // sorted; empty: the kernel does not say
  uint64_t page_ = 4096;

 private:
  void check(uint64_t address, uint64_t size, const void* memory) const;

  mutable std::mutex mutex_;
  std::map<uint64_t, uint64_t> windows_;  // address -> size
};

/// The address space of a VFIO container (Type1, version 2). `container` has its IOMMU set.
std::unique_ptr<Iommu> make_container_iommu(const Kernel& kernel, const std::string& function,
                                            FileDescriptor container, FileDescriptor group);

/// An address space of its own in /dev/iommu, to which `device`, bound already, is attached.
std::unique_ptr<Iommu> make_iommufd_iommu(const Kernel& kernel, const std::string& function,
                                          FileDescriptor iommufd, int device);

}  // namespace photic::transport::vfio_pci
