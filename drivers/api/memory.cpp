// SPDX-License-Identifier: Apache-2.0
// Maps shared memory and hands out bus addresses.
#include "drivers/api/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "drivers/transport/error.h"

namespace photic::api {
namespace {

using transport::Error;

constexpr uint64_t kFirstAddress = uint64_t{1} << 36;
constexpr uint64_t kLastAddress = uint64_t{1} << 47;
constexpr uint64_t kLargest = uint64_t{1} << 46;

std::string errno_text() {
  return std::strerror(errno);
}

}  // namespace

uint64_t whole_pages(uint64_t size) {
  if (size == 0 || size > kLargest) {
    throw Error(abi::Status::INVALID_ARGUMENT,
                "a buffer of " + std::to_string(size) + " bytes; use 1 to 2^46");
  }
  return (size + kPage - 1) / kPage * kPage;
}

Memory::Memory(void* memory, uint64_t size, int fd, uint64_t offset) {
  mapping_.memory = memory;
  mapping_.size = size;
  mapping_.fd = fd;
  mapping_.fd_offset = offset;
}

Memory::Memory(Memory&& other) noexcept : mapping_(std::exchange(other.mapping_, {})) {}

Memory::~Memory() {
  if (mapping_.fd >= 0) {
    munmap(mapping_.memory, mapping_.size);
    close(mapping_.fd);
  }
}

Memory Memory::allocate(uint64_t size) {
  const uint64_t bytes = whole_pages(size);
  const int fd = memfd_create("photic-buffer", MFD_CLOEXEC);
  void* memory = MAP_FAILED;
  if (fd >= 0 && ftruncate(fd, static_cast<off_t>(bytes)) == 0) {
    memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  if (memory == MAP_FAILED) {
    const std::string cause = errno_text();
    if (fd >= 0) {
      close(fd);
    }
    throw Error(abi::Status::OUT_OF_MEMORY, "a buffer of " + std::to_string(size) + " bytes: " + cause +
                                                "; release buffers or raise the limits");
  }
  return {memory, bytes, fd, 0};
}

Memory Memory::import_fd(int fd, uint64_t offset, uint64_t size) {
  const uint64_t bytes = whole_pages(size);
  struct stat info {};
  if (fstat(fd, &info) != 0) {
    throw Error(abi::Status::INVALID_ARGUMENT,
                "descriptor " + std::to_string(fd) + ": " + errno_text() + "; pass an open memfd or file");
  }
  const auto length = static_cast<uint64_t>(info.st_size);
  if (offset % kPage != 0 || offset > length || size > length - offset) {
    throw Error(abi::Status::INVALID_ARGUMENT, "bytes " + std::to_string(offset) + " to " +
                                                   std::to_string(offset + size) + " of a file of " +
                                                   std::to_string(length) +
                                                   "; start on a page boundary and stay inside the file");
  }
  const int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (own < 0) {
    throw Error(abi::Status::OUT_OF_MEMORY, "descriptor " + std::to_string(fd) +
                                                " cannot be duplicated: " + errno_text() + "; close some");
  }
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, own, static_cast<off_t>(offset));
  if (memory == MAP_FAILED) {
    const std::string cause = errno_text();
    close(own);
    throw Error(abi::Status::INVALID_ARGUMENT,
                "descriptor " + std::to_string(fd) +
                    " cannot be mapped shared for reading and writing: " + cause + "; open it O_RDWR");
  }
  return {memory, bytes, own, offset};
}

Memory Memory::import_memory(void* memory, uint64_t size) {
  if (memory == nullptr || reinterpret_cast<uintptr_t>(memory) % kPage != 0) {
    throw Error(abi::Status::INVALID_ARGUMENT,
                "imported memory is null or not page-aligned; allocate it with aligned_alloc(4096, ...)");
  }
  if (size % kPage != 0) {
    throw Error(abi::Status::INVALID_ARGUMENT, "imported memory of " + std::to_string(size) +
                                                   " bytes is not whole pages; round it up to 4096");
  }
  return {memory, whole_pages(size), -1, 0};
}

transport::DmaMapping Memory::mapping(uint64_t address) const {
  transport::DmaMapping mapping = mapping_;
  mapping.address = address;
  return mapping;
}

AddressAllocator::AddressAllocator() {
  free_[kFirstAddress] = kLastAddress - kFirstAddress;
}

uint64_t AddressAllocator::take(uint64_t size) {
  const uint64_t need = size + kPage;
  for (auto gap = free_.begin(); gap != free_.end(); ++gap) {
    if (gap->second < need) {
      continue;
    }
    const auto [address, length] = *gap;
    free_.erase(gap);
    if (length > need) {
      free_[address + need] = length - need;
    }
    return address;
  }
  throw Error(abi::Status::OUT_OF_MEMORY,
              "no gap of " + std::to_string(size) + " bus addresses is left; release buffers");
}

void AddressAllocator::give_back(uint64_t address, uint64_t size) {
  auto [gap, inserted] = free_.emplace(address, size + kPage);
  if (const auto next = std::next(gap); next != free_.end() && gap->first + gap->second == next->first) {
    gap->second += next->second;
    free_.erase(next);
  }
  if (gap != free_.begin()) {
    if (const auto before = std::prev(gap); before->first + before->second == gap->first) {
      before->second += gap->second;
      free_.erase(gap);
    }
  }
}

}  // namespace photic::api
