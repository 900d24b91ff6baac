// SPDX-License-Identifier: Apache-2.0
// Memory objects: buffers and parts of buffers.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "drivers/opencl/context.h"
#include "drivers/opencl/storage.h"

namespace photic::opencl {

using MemoryDestructor = void(CL_CALLBACK*)(cl_mem, void*);

/// A region the program has mapped and not unmapped.
struct Mapping {
  void* pointer = nullptr;
  size_t offset = 0;  ///< In the memory object.
  size_t size = 0;
  cl_map_flags flags = 0;

  bool reads() const { return (flags & CL_MAP_WRITE_INVALIDATE_REGION) == 0; }
  bool writes() const { return (flags & (CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION)) != 0; }
};

}  // namespace photic::opencl

struct _cl_mem : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kMemory;
  /// A buffer. `host` belongs to CL_MEM_USE_HOST_PTR and CL_MEM_COPY_HOST_PTR.
  _cl_mem(_cl_context& memory_context, cl_mem_flags memory_flags, size_t memory_size, void* host,
          std::vector<cl_mem_properties> memory_properties);
  /// A part of a buffer.
  _cl_mem(_cl_mem& whole, cl_mem_flags memory_flags, size_t first, size_t memory_size);
  /// Calls the destructor callbacks, the last one registered first.
  ~_cl_mem();

  /// The first byte, as host work reads and writes it.
  std::byte* data() const { return storage->data() + origin; }
  /// The first byte as the program sees it when it maps the object.
  std::byte* seen() const { return user != nullptr ? user : data(); }
  bool forbids(cl_mem_flags host_access) const { return (flags & host_access) != 0; }
  /// Whether [offset, offset + count) lies inside.
  bool holds(size_t offset, size_t count) const { return offset <= size && count <= size - offset; }

  /// Keeps a mapping. Throws Error(CL_INVALID_OPERATION) if the region is mapped for writing in part and
  /// either of the two writes.
  void add(const photic::opencl::Mapping& mapping);
  /// Takes the newest mapping at `pointer`. Throws Error(CL_INVALID_VALUE) if there is none.
  photic::opencl::Mapping take(const void* pointer);
  cl_uint map_count();
  void add_destructor(photic::opencl::MemoryDestructor function, void* user_data);

  const photic::opencl::Ref<_cl_context> context;
  const photic::opencl::Ref<_cl_mem> parent;
  const cl_mem_flags flags;
  const size_t size;
  const size_t origin = 0;  ///< In the storage.
  const std::vector<cl_mem_properties> properties;
  const std::shared_ptr<photic::opencl::Storage> storage;
  /// Of CL_MEM_USE_HOST_PTR: the program's memory, which holds the contents where and while it is mapped.
  std::byte* const user = nullptr;

 private:
  std::mutex mutex_;
  std::vector<photic::opencl::Mapping> mappings_;
  std::vector<std::pair<photic::opencl::MemoryDestructor, void*>> destructors_;
};
