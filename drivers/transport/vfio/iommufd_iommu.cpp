// SPDX-License-Identifier: Apache-2.0
// An address space in /dev/iommu.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "drivers/transport/error.h"
#include "drivers/transport/vfio/iommu.h"
#include "drivers/transport/vfio/iommufd_uapi.h"

namespace photic::transport::vfio_pci {
namespace {

class IommufdIommu : public Iommu {
 public:
  IommufdIommu(const Kernel& kernel, const std::string& function, FileDescriptor iommufd, int device)
      : Iommu(kernel, function), iommufd_(std::move(iommufd)) {
    uapi::AllocateAddressSpace space;
    must(iommufd_.get(), uapi::kAllocateAddressSpace, &space, "gives no address space");
    id_ = space.id;
    uapi::AttachIommufdTable attach;
    attach.table_id = id_;
    must(device, uapi::kAttachIommufdTable, &attach, "does not attach the function to an address space");
    ask();
  }
  ~IommufdIommu() override { clear(); }

 protected:
  int map_pages(uint64_t address, uint64_t size, void* memory) override {
    uapi::MapPages map;
    map.flags = uapi::kFixedAddress | uapi::kReadable | uapi::kWriteable;
    map.id = id_;
    map.memory = reinterpret_cast<uintptr_t>(memory);
    map.length = size;
    map.address = address;
    return kernel_.control(iommufd_.get(), uapi::kMapPages, &map);
  }

  int unmap_pages(uint64_t address, uint64_t size, uint64_t* unmapped) override {
    uapi::UnmapPages unmap;
    unmap.id = id_;
    unmap.address = address;
    unmap.length = size;
    const int result = kernel_.control(iommufd_.get(), uapi::kUnmapPages, &unmap);
    *unmapped = result < 0 ? 0 : unmap.length;
    return result;
  }

 private:
  void must(int fd, unsigned long request, void* argument, const char* what) const {
    if (const int result = kernel_.control(fd, request, argument); result < 0) {
      throw Error(abi::Status::UNSUPPORTED, "PCI function " + function_ + ", " + kernel_.dev +
                                                "/iommu: the kernel " + what + ": " + std::strerror(-result) +
                                                "; its log (dmesg) says why");
    }
  }

  void ask() {
    std::vector<uapi::Range> found(8);
    uapi::AllowedRanges allowed;
    int result = -EMSGSIZE;
    for (int attempt = 0; result == -EMSGSIZE && attempt < 3; ++attempt) {
      allowed.id = id_;
      found.resize(std::max<size_t>(found.size(), allowed.count));
      allowed.count = static_cast<uint32_t>(found.size());
      allowed.ranges = reinterpret_cast<uintptr_t>(found.data());
      result = kernel_.control(iommufd_.get(), uapi::kAllowedRanges, &allowed);
    }
    if (result < 0) {
      return;
    }
    found.resize(std::min<size_t>(found.size(), allowed.count));
    for (const uapi::Range& range : found) {
      ranges_.push_back({range.first, range.last});
    }
    page_ = std::max<uint64_t>(page_, allowed.alignment);
  }

  FileDescriptor iommufd_;
  uint32_t id_ = 0;
};

}  // namespace

std::unique_ptr<Iommu> make_iommufd_iommu(const Kernel& kernel, const std::string& function,
                                          FileDescriptor iommufd, int device) {
  return std::make_unique<IommufdIommu>(kernel, function, std::move(iommufd), device);
}

}  // namespace photic::transport::vfio_pci
