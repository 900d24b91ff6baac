// SPDX-License-Identifier: Apache-2.0
// Regions of buffers in the program's hands for a while.
//
// Host and devices share a buffer's memory, and that memory is what a map gives out; only of a buffer over
// the program's own memory (CL_MEM_USE_HOST_PTR) the contents go there when it is mapped and come back when
// it is unmapped.
#include <cstring>

#include "drivers/opencl/command.h"

namespace photic::opencl {
namespace {

void check_map_flags(cl_map_flags flags) {
  constexpr cl_map_flags kKnown = CL_MAP_READ | CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION;
  const bool invalidates = (flags & CL_MAP_WRITE_INVALIDATE_REGION) != 0;
  refuse_if((flags & ~kKnown) != 0 || (invalidates && (flags & (CL_MAP_READ | CL_MAP_WRITE)) != 0),
            CL_INVALID_VALUE);
}

HostWork copy_work(std::byte* to, const std::byte* from, size_t size) {
  return [to, from, size] {
    std::memcpy(to, from, size);
    return Outcome{};
  };
}

}  // namespace

void* CL_API_CALL pclEnqueueMapBuffer(cl_command_queue command_queue, cl_mem buffer, cl_bool blocking_map,
                                      cl_map_flags map_flags, size_t offset, size_t size,
                                      cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                      cl_event* event, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&]() -> void* {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    _cl_mem& memory = buffer_for(queue, buffer);
    const auto list = wait_list(*queue.context, num_events_in_wait_list, event_wait_list);
    refuse_if(size == 0 || !memory.holds(offset, size), CL_INVALID_VALUE);
    check_map_flags(map_flags);
    const Mapping mapping{memory.seen() + offset, offset, size, map_flags};
    refuse_if(mapping.writes() && memory.forbids(CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS),
              CL_INVALID_OPERATION);
    refuse_if(
        (map_flags & CL_MAP_READ) != 0 && memory.forbids(CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_NO_ACCESS),
        CL_INVALID_OPERATION);
    NewEvent command = new_command(queue, CL_COMMAND_MAP_BUFFER);
    command->uses.emplace_back(&memory);
    if (memory.user != nullptr && mapping.reads()) {
      command->host = copy_work(memory.user + offset, memory.data() + offset, size);
    }
    memory.add(mapping);
    try {
      enqueue(std::move(command), {list, event, blocking_map != CL_FALSE});
    } catch (...) {
      memory.take(mapping.pointer);
      throw;
    }
    return mapping.pointer;
  });
}

cl_int CL_API_CALL pclEnqueueUnmapMemObject(cl_command_queue command_queue, cl_mem memobj, void* mapped_ptr,
                                            cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                            cl_event* event) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    _cl_mem& memory = buffer_for(queue, memobj);
    const auto list = wait_list(*queue.context, num_events_in_wait_list, event_wait_list);
    NewEvent command = new_command(queue, CL_COMMAND_UNMAP_MEM_OBJECT);
    command->uses.emplace_back(&memory);
    const Mapping mapping = memory.take(mapped_ptr);
    if (memory.user != nullptr && mapping.writes()) {
      command->host = copy_work(memory.data() + mapping.offset, memory.user + mapping.offset, mapping.size);
    }
    enqueue(std::move(command), {list, event});
  });
}

}  // namespace photic::opencl
