// SPDX-License-Identifier: Apache-2.0
// Maps BARs and moves words.
#include "drivers/transport/vfio/region.h"

#include <linux/vfio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "drivers/transport/error.h"
#include "drivers/transport/vfio/capability.h"

namespace photic::transport::vfio_pci {
namespace {

// Stores to memory before this are seen by a device before stores to its registers after it.
void order_before_device() {
#if defined(__aarch64__)
  asm volatile("dmb oshst" ::: "memory");
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

// Loads of memory after this are no older than what a register read before it said.
void order_after_device() {
#if defined(__aarch64__)
  asm volatile("dmb oshld" ::: "memory");
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

// Whether the first `window` bytes may be mapped: a kernel may except parts of a BAR.
bool may_map(const std::vector<std::byte>& answer, const vfio_region_info& info, size_t window) {
  if ((info.flags & VFIO_REGION_INFO_FLAG_MMAP) == 0) {
    return false;
  }
  if ((info.flags & VFIO_REGION_INFO_FLAG_CAPS) == 0) {
    return true;
  }
  const auto sparse = find_capability(answer, info.cap_offset, VFIO_REGION_INFO_CAP_SPARSE_MMAP);
  const auto areas = pairs_of(sparse);
  return sparse.empty() || std::any_of(areas.begin(), areas.end(),
                                       [&](const auto& area) { return area[0] == 0 && area[1] >= window; });
}

}  // namespace

Region::Region(const Kernel& kernel, int device, std::string function, uint32_t index, size_t window)
    : device_(device), function_(std::move(function)), index_(index) {
  std::vector<std::byte> answer(sizeof(vfio_region_info));
  vfio_region_info info{};
  info.index = index;
  std::memcpy(answer.data(), &info, sizeof(info));
  if (!grow_and_ask(kernel, device, VFIO_DEVICE_GET_REGION_INFO, answer)) {
    return;
  }
  std::memcpy(&info, answer.data(), sizeof(info));
  size_ = info.size;
  file_offset_ = info.offset;
  if (window == 0 || size_ < window || !may_map(answer, info, window)) {
    return;
  }
  void* memory =
      mmap(nullptr, window, PROT_READ | PROT_WRITE, MAP_SHARED, device, static_cast<off_t>(file_offset_));
  if (memory != MAP_FAILED) {
    memory_ = static_cast<std::byte*>(memory);
    mapped_size_ = window;
  }
}

Region::~Region() {
  if (memory_) {
    munmap(memory_, mapped_size_);
  }
}

void Region::refused(uint64_t offset, const char* verb) const {
  throw Error(abi::Status::DEVICE_LOST, "PCI function " + function_ + ": the kernel does not " + verb +
                                            " region " + std::to_string(index_) + " at offset " +
                                            std::to_string(offset) + ": " + std::strerror(errno) +
                                            "; the function is gone or its memory is off");
}

template <typename Word>
Word Region::read(uint64_t offset) const {
  Word value{};
  if (offset + sizeof(value) <= mapped_size_) {
    value = *reinterpret_cast<volatile const Word*>(memory_ + offset);
    order_after_device();
  } else if (pread(device_, &value, sizeof(value), static_cast<off_t>(file_offset_ + offset)) !=
             sizeof(value)) {
    refused(offset, "read");
  }
  return value;
}

template <typename Word>
void Region::write(uint64_t offset, Word value) const {
  if (offset + sizeof(value) <= mapped_size_) {
    order_before_device();
    *reinterpret_cast<volatile Word*>(memory_ + offset) = value;
  } else if (pwrite(device_, &value, sizeof(value), static_cast<off_t>(file_offset_ + offset)) !=
             sizeof(value)) {
    refused(offset, "write");
  }
}

uint16_t Region::read16(uint64_t offset) const {
  return read<uint16_t>(offset);
}
uint32_t Region::read32(uint64_t offset) const {
  return read<uint32_t>(offset);
}
uint64_t Region::read64(uint64_t offset) const {
  return read<uint64_t>(offset);
}
void Region::write16(uint64_t offset, uint16_t value) const {
  write(offset, value);
}
void Region::write32(uint64_t offset, uint32_t value) const {
  write(offset, value);
}
void Region::write64(uint64_t offset, uint64_t value) const {
  write(offset, value);
}

}  // namespace photic::transport::vfio_pci
