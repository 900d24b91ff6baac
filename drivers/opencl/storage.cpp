// SPDX-License-Identifier: Apache-2.0
// Makes shared pages and shows them to devices.
#include "drivers/opencl/storage.h"

#include <sys/mman.h>
#include <unistd.h>

#include "drivers/opencl/status.h"

namespace photic::opencl {

Storage::Storage(size_t size) : size_(size) {
  descriptor_ = memfd_create("photic-opencl", MFD_CLOEXEC);
  void* memory = MAP_FAILED;
  if (descriptor_ >= 0 && ftruncate(descriptor_, static_cast<off_t>(size)) == 0) {
    memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  }
  if (memory == MAP_FAILED) {
    if (descriptor_ >= 0) {
      close(descriptor_);
    }
    throw Error(CL_MEM_OBJECT_ALLOCATION_FAILURE,
                "a memory object of " + std::to_string(size) +
                    " bytes cannot be allocated; release others or raise the limits");
  }
  data_ = static_cast<std::byte*>(memory);
}

Storage::~Storage() {
  imports_.clear();
  munmap(data_, size_);
  close(descriptor_);
}

photic_buffer Storage::on(const std::shared_ptr<OpenDevice>& device) {
  const std::lock_guard lock(mutex_);
  for (const auto& [known, buffer] : imports_) {
    if (known == device) {
      return buffer.get();
    }
  }
  photic_buffer made = nullptr;
  if (photic_buffer_import_fd(device->native(), descriptor_, 0, size_, &made) != PHOTIC_OK) {
    throw Error(CL_MEM_OBJECT_ALLOCATION_FAILURE, photic_error_text());
  }
  imports_.emplace_back(device, Buffer(made));
  return made;
}

}  // namespace photic::opencl
