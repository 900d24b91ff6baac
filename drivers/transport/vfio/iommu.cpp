// SPDX-License-Identifier: Apache-2.0
// What both kinds of address space share: judging windows, keeping them, explaining refusals.
#include "drivers/transport/vfio/iommu.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "drivers/transport/error.h"

namespace photic::transport::vfio_pci {
namespace {

std::string hex(uint64_t value) {
  std::string text(19, '\0');
  text.resize(static_cast<size_t>(
      std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(value))));
  return text;
}

std::string memlock() {
  rlimit limit{};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  return limit.rlim_cur == RLIM_INFINITY ? "unlimited" : std::to_string(limit.rlim_cur >> 10) + " KiB";
}

struct Refusal {
  abi::Status status;
  std::string remedy;
};

Refusal refusal_of(int error) {
  if (error == ENOMEM) {
    return {abi::Status::OUT_OF_MEMORY,
            "its pages are pinned and count against the limit of locked memory, which is " + memlock() +
                " here; raise it (ulimit -l, or LimitMEMLOCK= of a service)"};
  }
  if (error == ENOSPC) {
    return {abi::Status::OUT_OF_MEMORY,
            "the kernel's limit of mappings is reached; use fewer, larger buffers or raise "
            "/sys/module/vfio_iommu_type1/parameters/dma_entry_limit"};
  }
  if (error == EFAULT || error == EPERM || error == EOPNOTSUPP) {
    return {
        abi::Status::INVALID_ARGUMENT,
        "its pages cannot be pinned for reading and writing; use anonymous memory, a memfd, or buffers the "
        "driver allocates"};
  }
  return {abi::Status::INTERNAL,
          "the window overlaps another, or the kernel knows a rule this driver does not"};
}

}  // namespace

void Iommu::check(uint64_t address, uint64_t size, const void* memory) const {
  const std::string window = "PCI function " + function_ + ", window of " + std::to_string(size) +
                             " bytes at bus address " + hex(address);
  if (size == 0 || (address | size | reinterpret_cast<uintptr_t>(memory)) % page_ != 0) {
    throw Error(abi::Status::INVALID_ARGUMENT,
                window + ": address, size and memory must be whole pages of the IOMMU, which are of " +
                    std::to_string(page_) + " bytes");
  }
  const uint64_t last = address + (size - 1);
  const auto holds = [&](const AddressRange& range) { return range.first <= address && last <= range.last; };
  if (last < address || (!ranges_.empty() && std::none_of(ranges_.begin(), ranges_.end(), holds))) {
    std::string list;
    for (const AddressRange& range : ranges_) {
      list += (list.empty() ? "" : ", ") + hex(range.first) + " to " + hex(range.last);
    }
    throw Error(
        abi::Status::UNSUPPORTED,
        window + " to " + hex(last) + ": the IOMMU lets this function use " + list +
            " only; the driver's bus addresses begin at 64 GiB, so an IOMMU with more than 36 address bits "
            "is needed");
  }
}

void Iommu::map(uint64_t address, uint64_t size, void* memory) {
  check(address, size, memory);
  const std::lock_guard lock(mutex_);
  if (const int result = map_pages(address, size, memory); result < 0) {
    const Refusal refusal = refusal_of(-result);
    throw Error(refusal.status, "PCI function " + function_ + ": the kernel does not map " +
                                    std::to_string(size) + " bytes at bus address " + hex(address) + ": " +
                                    std::strerror(-result) + "; " + refusal.remedy);
  }
  windows_[address] = size;
}

void Iommu::unmap(uint64_t address, uint64_t size) {
  const std::lock_guard lock(mutex_);
  const auto window = windows_.find(address);
  if (window == windows_.end() || window->second != size) {
    throw Error(abi::Status::INTERNAL, "PCI function " + function_ + ": no window of " +
                                           std::to_string(size) + " bytes is at bus address " + hex(address));
  }
  windows_.erase(window);
  uint64_t unmapped = 0;
  const int result = unmap_pages(address, size, &unmapped);
  if (result < 0 || unmapped != size) {
    throw Error(abi::Status::INTERNAL, "PCI function " + function_ + ": the kernel unmapped " +
                                           std::to_string(unmapped) + " of " + std::to_string(size) +
                                           " bytes at bus address " + hex(address) +
                                           (result < 0 ? std::string(": ") + std::strerror(-result) : ""));
  }
}

void Iommu::clear() noexcept {
  const std::lock_guard lock(mutex_);
  for (const auto& [address, size] : windows_) {
    uint64_t unmapped = 0;
    unmap_pages(address, size, &unmapped);
  }
  windows_.clear();
}

size_t Iommu::windows() const {
  const std::lock_guard lock(mutex_);
  return windows_.size();
}

}  // namespace photic::transport::vfio_pci
