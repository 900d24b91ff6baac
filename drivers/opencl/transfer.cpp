// SPDX-License-Identifier: Apache-2.0
// Copies within and between buffers, and fills.
#include "drivers/opencl/transfer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "drivers/opencl/command.h"
#include "drivers/opencl/rectangle.h"

namespace photic::opencl {
namespace {

// The widest vector of OpenCL: sixteen times eight bytes.
constexpr size_t kWidestPattern = 128;

template <typename Body>
HostWork work(Body body) {
  return [body = std::move(body)] {
    body();
    return Outcome{};
  };
}

// Whether both are, or are parts of, one buffer.
bool same_memory(const _cl_mem& a, const _cl_mem& b) {
  return a.storage == b.storage;
}

void fill(std::byte* to, size_t size, const std::vector<std::byte>& pattern) {
  if (pattern.size() == 1) {
    std::memset(to, static_cast<int>(pattern[0]), size);
    return;
  }
  // What is filled already is the pattern for twice as much.
  size_t done = std::min(size, pattern.size());
  std::memcpy(to, pattern.data(), done);
  while (done < size) {
    const size_t more = std::min(done, size - done);
    std::memcpy(to + done, to, more);
    done += more;
  }
}

void enqueue_transfer(_cl_command_queue& queue, cl_command_type type, Transfer transfer,
                      const Request& request) {
  NewEvent command = new_command(queue, type);
  command->host = std::move(transfer.work);
  command->uses = std::move(transfer.uses);
  enqueue(std::move(command), request);
}

}  // namespace

Transfer copy_transfer(const _cl_command_queue& queue, cl_mem source, cl_mem destination,
                       size_t source_offset, size_t destination_offset, size_t size) {
  _cl_mem& from = buffer_for(queue, source);
  _cl_mem& to = buffer_for(queue, destination);
  refuse_if(!from.holds(source_offset, size) || !to.holds(destination_offset, size), CL_INVALID_VALUE);
  const size_t first = from.origin + source_offset;
  const size_t second = to.origin + destination_offset;
  refuse_if(same_memory(from, to) && first < second + size && second < first + size, CL_MEM_COPY_OVERLAP);
  return {work([to = to.data() + destination_offset, from = from.data() + source_offset, size] {
            std::memcpy(to, from, size);
          }),
          {Ref(&from), Ref(&to)}};
}

Transfer copy_transfer(const _cl_command_queue& queue, const RectangleCopy& copy) {
  _cl_mem& from = buffer_for(queue, copy.source);
  _cl_mem& to = buffer_for(queue, copy.destination);
  const Box region = region_of(copy.region);
  Rectangle first = Rectangle::at(copy.source_origin, region, copy.source_row_pitch, copy.source_slice_pitch);
  Rectangle second = Rectangle::at(copy.destination_origin, region, copy.destination_row_pitch,
                                   copy.destination_slice_pitch);
  refuse_if(!from.holds(0, first.end(region)) || !to.holds(0, second.end(region)), CL_INVALID_VALUE);
  const bool same_pitches = first.row_pitch == second.row_pitch && first.slice_pitch == second.slice_pitch;
  refuse_if(&from == &to && !same_pitches, CL_INVALID_VALUE);
  first.start += from.origin;
  second.start += to.origin;
  if (same_memory(from, to)) {
    // Parts of one buffer with pitches of their own: apart only if their whole ranges are.
    const bool ranges_meet = first.start < second.end(region) && second.start < first.end(region);
    refuse_if(ranges_meet && (!same_pitches || overlap(first, second, region)), CL_MEM_COPY_OVERLAP);
  }
  return {work([to = to.storage->data(), second, from = from.storage->data(), first, region] {
            copy_box(to, second, from, first, region);
          }),
          {Ref(&from), Ref(&to)}};
}

Transfer fill_transfer(const _cl_command_queue& queue, cl_mem buffer, const void* pattern,
                       size_t pattern_size, size_t offset, size_t size) {
  _cl_mem& to = buffer_for(queue, buffer);
  refuse_if(!to.holds(offset, size), CL_INVALID_VALUE);
  refuse_if(pattern == nullptr || !std::has_single_bit(pattern_size) || pattern_size > kWidestPattern,
            CL_INVALID_VALUE);
  refuse_if(offset % pattern_size != 0 || size % pattern_size != 0, CL_INVALID_VALUE);
  const auto* first = static_cast<const std::byte*>(pattern);
  return {work([to = to.data() + offset, size, kept = std::vector<std::byte>(first, first + pattern_size)] {
            fill(to, size, kept);
          }),
          {Ref(&to)}};
}

cl_int CL_API_CALL pclEnqueueCopyBuffer(cl_command_queue command_queue, cl_mem src_buffer, cl_mem dst_buffer,
                                        size_t src_offset, size_t dst_offset, size_t size,
                                        cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                        cl_event* event) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    Transfer transfer = copy_transfer(queue, src_buffer, dst_buffer, src_offset, dst_offset, size);
    const auto list = wait_list(*queue.context, num_events_in_wait_list, event_wait_list);
    enqueue_transfer(queue, CL_COMMAND_COPY_BUFFER, std::move(transfer), {list, event});
  });
}

cl_int CL_API_CALL pclEnqueueCopyBufferRect(cl_command_queue command_queue, cl_mem src_buffer,
                                            cl_mem dst_buffer, const size_t* src_origin,
                                            const size_t* dst_origin, const size_t* region,
                                            size_t src_row_pitch, size_t src_slice_pitch,
                                            size_t dst_row_pitch, size_t dst_slice_pitch,
                                            cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                            cl_event* event) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    Transfer transfer =
        copy_transfer(queue, {src_buffer, dst_buffer, src_origin, dst_origin, region, src_row_pitch,
                              src_slice_pitch, dst_row_pitch, dst_slice_pitch});
    const auto list = wait_list(*queue.context, num_events_in_wait_list, event_wait_list);
    enqueue_transfer(queue, CL_COMMAND_COPY_BUFFER_RECT, std::move(transfer), {list, event});
  });
}

cl_int CL_API_CALL pclEnqueueFillBuffer(cl_command_queue command_queue, cl_mem buffer, const void* pattern,
                                        size_t pattern_size, size_t offset, size_t size,
                                        cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                        cl_event* event) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    Transfer transfer = fill_transfer(queue, buffer, pattern, pattern_size, offset, size);
    const auto list = wait_list(*queue.context, num_events_in_wait_list, event_wait_list);
    enqueue_transfer(queue, CL_COMMAND_FILL_BUFFER, std::move(transfer), {list, event});
  });
}

cl_int CL_API_CALL pclEnqueueMigrateMemObjects(cl_command_queue command_queue, cl_uint num_mem_objects,
                                               const cl_mem* mem_objects, cl_mem_migration_flags flags,
                                               cl_uint num_events_in_wait_list,
                                               const cl_event* event_wait_list, cl_event* event) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    refuse_if(num_mem_objects == 0 || mem_objects == nullptr, CL_INVALID_VALUE);
    Transfer transfer;
    for (cl_mem buffer : std::span(mem_objects, num_mem_objects)) {
      transfer.uses.emplace_back(&buffer_for(queue, buffer));
    }
    const auto list = wait_list(*queue.context, num_events_in_wait_list, event_wait_list);
    refuse_if((flags & ~(CL_MIGRATE_MEM_OBJECT_HOST | CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED)) != 0,
              CL_INVALID_VALUE);
    if ((flags & CL_MIGRATE_MEM_OBJECT_HOST) == 0) {
      // Host and devices share the memory: all there is to do is to show it to the device.
      for (const auto& buffer : transfer.uses) {
        buffer->storage->on(queue.open);
      }
    }
    enqueue_transfer(queue, CL_COMMAND_MIGRATE_MEM_OBJECTS, std::move(transfer), {list, event});
  });
}

}  // namespace photic::opencl
