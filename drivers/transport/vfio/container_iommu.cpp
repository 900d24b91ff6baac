// SPDX-License-Identifier: Apache-2.0
// The address space of a VFIO container.
#include <linux/vfio.h>

#include <bit>
#include <cstring>

#include "drivers/transport/vfio/capability.h"
#include "drivers/transport/vfio/iommu.h"

namespace photic::transport::vfio_pci {
namespace {

class ContainerIommu : public Iommu {
 public:
  ContainerIommu(const Kernel& kernel, const std::string& function, FileDescriptor container,
                 FileDescriptor group)
      : Iommu(kernel, function), container_(std::move(container)), group_(std::move(group)) {
    ask();
  }
  ~ContainerIommu() override { clear(); }

 protected:
  int map_pages(uint64_t address, uint64_t size, void* memory) override {
    vfio_iommu_type1_dma_map map{};
    map.argsz = sizeof(map);
    map.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
    map.vaddr = reinterpret_cast<uintptr_t>(memory);
    map.iova = address;
    map.size = size;
    return kernel_.control(container_.get(), VFIO_IOMMU_MAP_DMA, &map);
  }

  int unmap_pages(uint64_t address, uint64_t size, uint64_t* unmapped) override {
    vfio_iommu_type1_dma_unmap unmap{};
    unmap.argsz = sizeof(unmap);
    unmap.iova = address;
    unmap.size = size;
    const int result = kernel_.control(container_.get(), VFIO_IOMMU_UNMAP_DMA, &unmap);
    *unmapped = result < 0 ? 0 : unmap.size;
    return result;
  }

 private:
  // Kernels before 5.4 know no ranges: then the kernel alone judges an address.
  void ask() {
    std::vector<std::byte> answer(sizeof(vfio_iommu_type1_info));
    if (!grow_and_ask(kernel_, container_.get(), VFIO_IOMMU_GET_INFO, answer)) {
      return;
    }
    vfio_iommu_type1_info info{};
    std::memcpy(&info, answer.data(), sizeof(info));
    if ((info.flags & VFIO_IOMMU_INFO_PGSIZES) != 0 && info.iova_pgsizes != 0) {
      page_ = uint64_t{1} << std::countr_zero(uint64_t{info.iova_pgsizes});
    }
    if ((info.flags & VFIO_IOMMU_INFO_CAPS) == 0) {
      return;
    }
    for (const auto& [first, last] :
         pairs_of(find_capability(answer, info.cap_offset, VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE))) {
      ranges_.push_back({first, last});
    }
  }

  FileDescriptor container_;
  FileDescriptor group_;
};

}  // namespace

std::unique_ptr<Iommu> make_container_iommu(const Kernel& kernel, const std::string& function,
                                            FileDescriptor container, FileDescriptor group) {
  return std::make_unique<ContainerIommu>(kernel, function, std::move(container), std::move(group));
}

}  // namespace photic::transport::vfio_pci
