// SPDX-License-Identifier: Apache-2.0
// Makes memory objects and answers for them.
#include "drivers/opencl/memory.h"

#include <algorithm>
#include <cstring>

#include "drivers/opencl/info.h"

using namespace photic::opencl;  // NOLINT: the structures behind handles have no namespace

_cl_mem::_cl_mem(_cl_context& memory_context, cl_mem_flags memory_flags, size_t memory_size, void* host,
                 std::vector<cl_mem_properties> memory_properties)
    : Object(kKind),
      context(&memory_context),
      flags(memory_flags),
      size(memory_size),
      properties(std::move(memory_properties)),
      storage(std::make_shared<Storage>(memory_size)),
      user((memory_flags & CL_MEM_USE_HOST_PTR) != 0 ? static_cast<std::byte*>(host) : nullptr) {
  if (host != nullptr) {
    std::memcpy(storage->data(), host, size);
  }
}

_cl_mem::_cl_mem(_cl_mem& whole, cl_mem_flags memory_flags, size_t first, size_t memory_size)
    : Object(kKind),
      context(whole.context),
      parent(&whole),
      flags(memory_flags),
      size(memory_size),
      origin(first),
      storage(whole.storage),
      user(whole.user != nullptr ? whole.user + first : nullptr) {}

_cl_mem::~_cl_mem() {
  while (!destructors_.empty()) {
    const auto [function, user_data] = destructors_.back();
    destructors_.pop_back();
    function(this, user_data);
  }
}

void _cl_mem::add(const Mapping& mapping) {
  const std::lock_guard lock(mutex_);
  for (const Mapping& other : mappings_) {
    const bool apart =
        mapping.offset + mapping.size <= other.offset || other.offset + other.size <= mapping.offset;
    refuse_if(!apart && mapping.writes() && other.writes(), CL_INVALID_OPERATION);
  }
  mappings_.push_back(mapping);
}

Mapping _cl_mem::take(const void* pointer) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(mappings_.rbegin(), mappings_.rend(),
                                  [pointer](const Mapping& one) { return one.pointer == pointer; });
  refuse_if(found == mappings_.rend(), CL_INVALID_VALUE);
  const Mapping mapping = *found;
  mappings_.erase(std::next(found).base());
  return mapping;
}

cl_uint _cl_mem::map_count() {
  const std::lock_guard lock(mutex_);
  return static_cast<cl_uint>(mappings_.size());
}

void _cl_mem::add_destructor(MemoryDestructor function, void* user_data) {
  const std::lock_guard lock(mutex_);
  destructors_.emplace_back(function, user_data);
}

namespace photic::opencl {
namespace {

constexpr cl_mem_flags kDeviceAccess = CL_MEM_READ_WRITE | CL_MEM_WRITE_ONLY | CL_MEM_READ_ONLY;
constexpr cl_mem_flags kHostAccess = CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS;
constexpr cl_mem_flags kPlace = CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR;

bool at_most_one(cl_mem_flags flags) {
  return (flags & (flags - 1)) == 0;
}

void check_flags(cl_mem_flags flags) {
  refuse_if((flags & ~(kDeviceAccess | kHostAccess | kPlace)) != 0, CL_INVALID_VALUE);
  refuse_if(!at_most_one(flags & kDeviceAccess) || !at_most_one(flags & kHostAccess), CL_INVALID_VALUE);
  refuse_if(
      (flags & CL_MEM_USE_HOST_PTR) != 0 && (flags & (CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR)) != 0,
      CL_INVALID_VALUE);
}

cl_mem create(cl_context context, const cl_mem_properties* properties, cl_mem_flags flags, size_t size,
              void* host) {
  _cl_context& in = check(context, CL_INVALID_CONTEXT);
  // No property is defined for buffers: a list may only be empty.
  refuse_if(properties != nullptr && *properties != 0, CL_INVALID_PROPERTY);
  check_flags(flags);
  refuse_if(size == 0 || size > largest_buffer(), CL_INVALID_BUFFER_SIZE);
  refuse_if((host != nullptr) != ((flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR)) != 0),
            CL_INVALID_HOST_PTR);
  if ((flags & kDeviceAccess) == 0) {
    flags |= CL_MEM_READ_WRITE;
  }
  return new _cl_mem(
      in, flags, size, host,
      properties != nullptr ? std::vector<cl_mem_properties>{0} : std::vector<cl_mem_properties>{});
}

// Flags of a sub-buffer: what it does not say itself it has from its buffer.
cl_mem_flags inherit(cl_mem_flags whole, cl_mem_flags own) {
  check_flags(own);
  refuse_if((own & kPlace) != 0, CL_INVALID_VALUE);
  refuse_if((whole & CL_MEM_WRITE_ONLY) != 0 && (own & (CL_MEM_READ_WRITE | CL_MEM_READ_ONLY)) != 0,
            CL_INVALID_VALUE);
  refuse_if((whole & CL_MEM_READ_ONLY) != 0 && (own & (CL_MEM_READ_WRITE | CL_MEM_WRITE_ONLY)) != 0,
            CL_INVALID_VALUE);
  refuse_if((whole & CL_MEM_HOST_WRITE_ONLY) != 0 && (own & CL_MEM_HOST_READ_ONLY) != 0, CL_INVALID_VALUE);
  refuse_if((whole & CL_MEM_HOST_READ_ONLY) != 0 && (own & CL_MEM_HOST_WRITE_ONLY) != 0, CL_INVALID_VALUE);
  refuse_if(
      (whole & CL_MEM_HOST_NO_ACCESS) != 0 && (own & (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY)) != 0,
      CL_INVALID_VALUE);
  own |= whole & kPlace;
  if ((own & kDeviceAccess) == 0) {
    own |= whole & kDeviceAccess;
  }
  if ((own & kHostAccess) == 0) {
    own |= whole & kHostAccess;
  }
  return own;
}

}  // namespace

cl_mem CL_API_CALL pclCreateBuffer(cl_context context, cl_mem_flags flags, size_t size, void* host_ptr,
                                   cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] { return create(context, nullptr, flags, size, host_ptr); });
}

cl_mem CL_API_CALL pclCreateBufferWithProperties(cl_context context, const cl_mem_properties* properties,
                                                 cl_mem_flags flags, size_t size, void* host_ptr,
                                                 cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] { return create(context, properties, flags, size, host_ptr); });
}

cl_mem CL_API_CALL pclCreateSubBuffer(cl_mem buffer, cl_mem_flags flags, cl_buffer_create_type type,
                                      const void* info, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] {
    _cl_mem& whole = check(buffer, CL_INVALID_MEM_OBJECT);
    refuse_if(static_cast<bool>(whole.parent), CL_INVALID_MEM_OBJECT);
    const cl_mem_flags all = inherit(whole.flags, flags);
    refuse_if(type != CL_BUFFER_CREATE_TYPE_REGION || info == nullptr, CL_INVALID_VALUE);
    const auto& region = *static_cast<const cl_buffer_region*>(info);
    refuse_if(!whole.holds(region.origin, region.size), CL_INVALID_VALUE);
    refuse_if(region.size == 0, CL_INVALID_BUFFER_SIZE);
    refuse_if(region.origin % (kAddressAlignBits / 8) != 0, CL_MISALIGNED_SUB_BUFFER_OFFSET);
    return new _cl_mem(whole, all, region.origin, region.size);
  });
}

cl_int CL_API_CALL pclRetainMemObject(cl_mem memobj) {
  return retain(memobj, CL_INVALID_MEM_OBJECT);
}

cl_int CL_API_CALL pclReleaseMemObject(cl_mem memobj) {
  return release(memobj, CL_INVALID_MEM_OBJECT);
}

cl_int CL_API_CALL pclSetMemObjectDestructorCallback(cl_mem memobj,
                                                     void(CL_CALLBACK* pfn_notify)(cl_mem, void*),
                                                     void* user_data) {
  return guard([&] {
    _cl_mem& memory = check(memobj, CL_INVALID_MEM_OBJECT);
    refuse_if(pfn_notify == nullptr, CL_INVALID_VALUE);
    memory.add_destructor(pfn_notify, user_data);
  });
}

cl_int CL_API_CALL pclGetMemObjectInfo(cl_mem memobj, cl_mem_info param_name, size_t param_value_size,
                                       void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    _cl_mem& memory = check(memobj, CL_INVALID_MEM_OBJECT);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_MEM_TYPE:
        return answer.value<cl_mem_object_type>(CL_MEM_OBJECT_BUFFER);
      case CL_MEM_FLAGS:
        return answer.value(memory.flags);
      case CL_MEM_SIZE:
        return answer.value(memory.size);
      case CL_MEM_HOST_PTR:
        return answer.value<void*>(memory.user);
      case CL_MEM_MAP_COUNT:
        return answer.value(memory.map_count());
      case CL_MEM_REFERENCE_COUNT:
        return answer.value<cl_uint>(memory.references);
      case CL_MEM_CONTEXT:
        return answer.value(memory.context.get());
      case CL_MEM_ASSOCIATED_MEMOBJECT:
        return answer.value(memory.parent.get());
      case CL_MEM_OFFSET:
        return answer.value(memory.origin);
      case CL_MEM_USES_SVM_POINTER:
        return answer.flag(false);
      case CL_MEM_PROPERTIES:
        return answer.list(memory.properties);
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

}  // namespace photic::opencl
