// SPDX-License-Identifier: Apache-2.0
// Answers VFIO's calls as the kernel's documentation says (Linux, Documentation/driver-api/vfio.rst and the
// uapi headers).
#include "tests/vfio/made_up_machine.h"

#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "drivers/abi/registers.h"
#include "drivers/transport/vfio/iommufd_uapi.h"

namespace photic::test {
namespace {

namespace fs = std::filesystem;
namespace uapi = transport::vfio_pci::uapi;

constexpr size_t kRegions = 9;

std::string name_of(unsigned long request) {
  const std::map<unsigned long, std::string> names{{VFIO_DEVICE_RESET, "reset"},
                                                   {VFIO_IOMMU_MAP_DMA, "map"},
                                                   {VFIO_IOMMU_UNMAP_DMA, "unmap"},
                                                   {uapi::kBindIommufd, "bind"},
                                                   {uapi::kAllocateAddressSpace, "allocate"},
                                                   {uapi::kAttachIommufdTable, "attach"},
                                                   {uapi::kAllowedRanges, "ranges"},
                                                   {uapi::kMapPages, "map pages"},
                                                   {uapi::kUnmapPages, "unmap pages"},
                                                   {VFIO_DEVICE_SET_IRQS, "irqs"}};
  const auto found = names.find(request);
  return found == names.end() ? "" : found->second;
}

}  // namespace

Outcome outcome_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const transport::Error& error) {
    return {error.status(), error.what()};
  }
  return {};
}

MadeUpMachine::MadeUpMachine() {
  std::string pattern = fs::temp_directory_path() / "photic-machine-XXXXXX";
  folder_ = mkdtemp(pattern.data());
  fs::create_directories(folder_ / "dev/vfio/devices");
  for (const char* file : {"vfio", "7"}) {
    std::ofstream(folder_ / "dev/vfio" / file);
  }
  add_function(kCard, "vfio-pci", "7");
  card_.reset(memfd_create("card", MFD_CLOEXEC));
  EXPECT_EQ(ftruncate(card_.get(), kRegions * kRegionSpace), 0);
  memory_ = static_cast<std::byte*>(
      mmap(nullptr, kRegions * kRegionSpace, PROT_READ | PROT_WRITE, MAP_SHARED, card_.get(), 0));
  word<uint16_t>(VFIO_PCI_CONFIG_REGION_INDEX, PCI_VENDOR_ID) = 0x1234;
  word<uint16_t>(VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND) = PCI_COMMAND_SERR;
  word<uint32_t>(0, abi::SHELL_MAGIC) = 1;  // anything but all ones: the driver judges it, not the transport
  kernel_ = {
      folder_ / "sys", folder_ / "dev", [this](const std::string& path) { return open(path); },
      [this](int fd, unsigned long request, void* argument) { return control(fd, request, argument); }};
}

MadeUpMachine::~MadeUpMachine() {
  munmap(memory_, kRegions * kRegionSpace);
  std::error_code problem;
  fs::remove_all(folder_, problem);
}

void MadeUpMachine::add_function(const std::string& address, const std::string& driver,
                                 const std::string& group) {
  const fs::path device = folder_ / "sys/bus/pci/devices" / address;
  fs::create_directories(device);
  if (!driver.empty()) {
    fs::create_directories(folder_ / "sys/bus/pci/drivers" / driver);
    fs::create_directory_symlink(fs::path("../../drivers") / driver, device / "driver");
  }
  if (!group.empty()) {
    const fs::path members = folder_ / "sys/kernel/iommu_groups" / group / "devices";
    fs::create_directories(members);
    fs::create_directory_symlink(device, members / address);
    fs::create_directory_symlink(fs::path("../../../../kernel/iommu_groups") / group, device / "iommu_group");
  }
}

void MadeUpMachine::add_cdev(bool with_iommufd) {
  fs::create_directories(folder_ / "sys/bus/pci/devices" / kCard / "vfio-dev/vfio3");
  std::ofstream(folder_ / "dev/vfio/devices/vfio3");
  if (with_iommufd) {
    std::ofstream(folder_ / "dev/iommu");
  }
}

void MadeUpMachine::pull_out() {
  std::memset(memory_, 0xFF, kRegions * kRegionSpace);
}

bool MadeUpMachine::raise(uint32_t index, unsigned vector) {
  const uint64_t one = 1;
  return vector < events_[index].size() &&
         write(events_[index][vector].get(), &one, sizeof(one)) == sizeof(one);
}

int MadeUpMachine::open(const std::string& path) {
  const std::string name = fs::relative(path, folder_ / "dev");
  calls.push_back("open " + name);
  if (const auto error = open_errors.find(name); error != open_errors.end()) {
    return -error->second;
  }
  return fs::exists(path) ? fcntl(card_.get(), F_DUPFD_CLOEXEC, 3) : -ENOENT;
}

int MadeUpMachine::control(int, unsigned long request, void* argument) {
  if (const std::string name = name_of(request); !name.empty()) {
    calls.push_back(name);
  }
  if (auto& next = refusals[request]; !next.empty()) {
    const int error = next.front();
    next.erase(next.begin());
    return -error;
  }
  return answer(request, argument);
}

int MadeUpMachine::answer(unsigned long request, void* argument) {
  switch (request) {
    case VFIO_GET_API_VERSION:
      return VFIO_API_VERSION;
    case VFIO_CHECK_EXTENSION:
      return type1 && reinterpret_cast<uintptr_t>(argument) == VFIO_TYPE1v2_IOMMU ? 1 : 0;
    case VFIO_GROUP_GET_STATUS:
      static_cast<vfio_group_status*>(argument)->flags = viable ? VFIO_GROUP_FLAGS_VIABLE : 0;
      return 0;
    case VFIO_GROUP_SET_CONTAINER:
    case VFIO_SET_IOMMU:
    case uapi::kAttachIommufdTable:
      return 0;
    case VFIO_GROUP_GET_DEVICE_FD:
      return static_cast<const char*>(argument) == std::string(kCard) ? fcntl(card_.get(), F_DUPFD_CLOEXEC, 3)
                                                                      : -ENODEV;
    case uapi::kBindIommufd:
      return static_cast<uapi::BindIommufd*>(argument)->iommufd >= 0 ? 0 : -EBADF;
    case uapi::kAllocateAddressSpace:
      static_cast<uapi::AllocateAddressSpace*>(argument)->id = 5;
      return 0;
    case uapi::kAllowedRanges: {
      auto* allowed = static_cast<uapi::AllowedRanges*>(argument);
      const uint32_t room = allowed->count;
      allowed->count = static_cast<uint32_t>(ranges.size());
      allowed->alignment = 4096;
      if (room < ranges.size()) {
        return -EMSGSIZE;
      }
      std::memcpy(reinterpret_cast<void*>(allowed->ranges), ranges.data(), ranges.size() * sizeof(ranges[0]));
      return 0;
    }
    case uapi::kMapPages: {
      const auto* pages = static_cast<const uapi::MapPages*>(argument);
      return pages->id == 5 && pages->flags == (uapi::kFixedAddress | uapi::kReadable | uapi::kWriteable)
                 ? map(pages->address, pages->length)
                 : -EINVAL;
    }
    case uapi::kUnmapPages: {
      auto* pages = static_cast<uapi::UnmapPages*>(argument);
      pages->length = unmap(pages->address, pages->length);
      return pages->id == 5 ? 0 : -ENOENT;
    }
    case VFIO_IOMMU_GET_INFO:
      return iommu_info(argument);
    case VFIO_IOMMU_MAP_DMA: {
      const auto* pages = static_cast<const vfio_iommu_type1_dma_map*>(argument);
      return pages->flags == (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE) && pages->vaddr != 0
                 ? map(pages->iova, pages->size)
                 : -EINVAL;
    }
    case VFIO_IOMMU_UNMAP_DMA: {
      auto* pages = static_cast<vfio_iommu_type1_dma_unmap*>(argument);
      pages->size = unmap(pages->iova, pages->size);
      return 0;
    }
    case VFIO_DEVICE_GET_INFO: {
      auto* info = static_cast<vfio_device_info*>(argument);
      info->flags = VFIO_DEVICE_FLAGS_PCI | (resets ? VFIO_DEVICE_FLAGS_RESET : 0);
      info->num_regions = kRegions;
      info->num_irqs = 5;
      return 0;
    }
    case VFIO_DEVICE_GET_REGION_INFO:
      return region_info(argument);
    case VFIO_DEVICE_GET_IRQ_INFO: {
      auto* info = static_cast<vfio_irq_info*>(argument);
      info->count = vectors.at(info->index);
      info->flags = VFIO_IRQ_INFO_EVENTFD;
      return info->index == VFIO_PCI_ERR_IRQ_INDEX && info->count == 0 ? -EINVAL : 0;
    }
    case VFIO_DEVICE_SET_IRQS:
      return set_irqs(argument);
    case VFIO_DEVICE_RESET:
      if (on_reset) {
        on_reset();
      }
      return 0;
    default:
      return -ENOTTY;
  }
}

int MadeUpMachine::region_info(void* argument) const {
  auto* info = static_cast<vfio_region_info*>(argument);
  const bool bar = info->index <= VFIO_PCI_BAR5_REGION_INDEX;
  info->size = sizes.at(info->index);
  info->offset = info->index * kRegionSpace;
  info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
                (bar && mappable ? VFIO_REGION_INFO_FLAG_MMAP : 0);
  if (!bar || excepted == 0) {
    return 0;
  }
  constexpr uint32_t kNeeded = sizeof(vfio_region_info) + sizeof(vfio_region_info_cap_sparse_mmap) +
                               sizeof(vfio_region_sparse_mmap_area);
  info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
  if (info->argsz < kNeeded) {
    info->argsz = kNeeded;
    return 0;
  }
  info->cap_offset = sizeof(vfio_region_info);
  auto* sparse = reinterpret_cast<vfio_region_info_cap_sparse_mmap*>(info + 1);
  sparse->header = {VFIO_REGION_INFO_CAP_SPARSE_MMAP, 1, 0};
  sparse->nr_areas = 1;
  sparse->areas[0].offset = excepted;
  sparse->areas[0].size = info->size - excepted;
  return 0;
}

int MadeUpMachine::iommu_info(void* argument) const {
  auto* info = static_cast<vfio_iommu_type1_info*>(argument);
  const uint32_t head = 24;  // the record, padded to eight bytes, as the kernel pads it
  const auto needed = static_cast<uint32_t>(head + sizeof(vfio_iommu_type1_info_cap_iova_range) +
                                            ranges.size() * sizeof(vfio_iova_range));
  info->flags = VFIO_IOMMU_INFO_PGSIZES | VFIO_IOMMU_INFO_CAPS;
  info->iova_pgsizes = page_sizes;
  if (info->argsz < needed) {
    info->argsz = needed;
    info->cap_offset = 0;
    return 0;
  }
  info->cap_offset = head;
  auto* capability =
      reinterpret_cast<vfio_iommu_type1_info_cap_iova_range*>(static_cast<std::byte*>(argument) + head);
  capability->header = {VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE, 1, 0};
  capability->nr_iovas = static_cast<uint32_t>(ranges.size());
  std::memcpy(capability->iova_ranges, ranges.data(), ranges.size() * sizeof(vfio_iova_range));
  return 0;
}

int MadeUpMachine::set_irqs(const void* argument) {
  const auto* set = static_cast<const vfio_irq_set*>(argument);
  if (granted > 0 && set->index <= VFIO_PCI_MSIX_IRQ_INDEX && set->count > static_cast<uint32_t>(granted)) {
    return granted;
  }
  events_.at(set->index).clear();
  for (uint32_t i = 0; i < set->count; ++i) {
    int32_t fd = -1;
    std::memcpy(&fd, set->data + i * sizeof(fd), sizeof(fd));
    events_.at(set->index).emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, 3));
  }
  return 0;
}

int MadeUpMachine::map(uint64_t address, uint64_t size) {
  windows[address] = size;
  return 0;
}

uint64_t MadeUpMachine::unmap(uint64_t address, uint64_t size) {
  return windows.erase(address) == 1 ? size - missing : 0;
}

}  // namespace photic::test
