// SPDX-License-Identifier: Apache-2.0
// Reads into and writes from the program's own memory, in lines and in rectangles.
#include <cstring>

#include "drivers/opencl/command.h"
#include "drivers/opencl/rectangle.h"

namespace photic::opencl {
namespace {

constexpr cl_mem_flags kNoReads = CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_NO_ACCESS;
constexpr cl_mem_flags kNoWrites = CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS;

// A call's last arguments.
struct Events {
  cl_uint count;
  const cl_event* list;
  cl_event* event;
};

void hand_over(_cl_command_queue& queue, cl_command_type type, HostWork work, _cl_mem& buffer, bool blocking,
               const Events& events) {
  const auto list = wait_list(*queue.context, events.count, events.list);
  NewEvent command = new_command(queue, type);
  command->host = std::move(work);
  command->uses.emplace_back(&buffer);
  enqueue(std::move(command), {list, events.event, blocking});
}

struct Line {
  size_t offset;
  size_t size;
};

struct Boxes {
  const size_t* buffer_origin;
  const size_t* host_origin;
  const size_t* region;
  size_t buffer_row_pitch;
  size_t buffer_slice_pitch;
  size_t host_row_pitch;
  size_t host_slice_pitch;
};

// Reads if `to` is given, else writes.
void transfer(cl_command_queue command_queue, cl_mem memory, bool blocking, const Line& line, void* to,
              const void* from, bool reads, const Events& events) {
  _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
  _cl_mem& buffer = buffer_for(queue, memory);
  refuse_if(!buffer.holds(line.offset, line.size) || (reads ? to == nullptr : from == nullptr),
            CL_INVALID_VALUE);
  refuse_if(buffer.forbids(reads ? kNoReads : kNoWrites), CL_INVALID_OPERATION);
  std::byte* const inside = buffer.data() + line.offset;
  const void* const source = reads ? inside : from;
  void* const destination = reads ? to : inside;
  hand_over(
      queue, reads ? CL_COMMAND_READ_BUFFER : CL_COMMAND_WRITE_BUFFER,
      [destination, source, size = line.size] {
        std::memcpy(destination, source, size);
        return Outcome{};
      },
      buffer, blocking, events);
}

void transfer(cl_command_queue command_queue, cl_mem memory, bool blocking, const Boxes& boxes, void* to,
              const void* from, bool reads, const Events& events) {
  _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
  _cl_mem& buffer = buffer_for(queue, memory);
  refuse_if(reads ? to == nullptr : from == nullptr, CL_INVALID_VALUE);
  const Box region = region_of(boxes.region);
  const Rectangle inside =
      Rectangle::at(boxes.buffer_origin, region, boxes.buffer_row_pitch, boxes.buffer_slice_pitch);
  const Rectangle outside =
      Rectangle::at(boxes.host_origin, region, boxes.host_row_pitch, boxes.host_slice_pitch);
  refuse_if(!buffer.holds(0, inside.end(region)), CL_INVALID_VALUE);
  refuse_if(buffer.forbids(reads ? kNoReads : kNoWrites), CL_INVALID_OPERATION);
  const auto* source = reads ? buffer.data() : static_cast<const std::byte*>(from);
  auto* destination = reads ? static_cast<std::byte*>(to) : buffer.data();
  hand_over(
      queue, reads ? CL_COMMAND_READ_BUFFER_RECT : CL_COMMAND_WRITE_BUFFER_RECT,
      [destination, to_place = reads ? outside : inside, source, from_place = reads ? inside : outside,
       region] {
        copy_box(destination, to_place, source, from_place, region);
        return Outcome{};
      },
      buffer, blocking, events);
}

}  // namespace

cl_int CL_API_CALL pclEnqueueReadBuffer(cl_command_queue command_queue, cl_mem buffer, cl_bool blocking_read,
                                        size_t offset, size_t size, void* ptr,
                                        cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                        cl_event* event) {
  return guard([&] {
    transfer(command_queue, buffer, blocking_read != CL_FALSE, Line{offset, size}, ptr, nullptr, true,
             {num_events_in_wait_list, event_wait_list, event});
  });
}

cl_int CL_API_CALL pclEnqueueWriteBuffer(cl_command_queue command_queue, cl_mem buffer,
                                         cl_bool blocking_write, size_t offset, size_t size, const void* ptr,
                                         cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                         cl_event* event) {
  return guard([&] {
    transfer(command_queue, buffer, blocking_write != CL_FALSE, Line{offset, size}, nullptr, ptr, false,
             {num_events_in_wait_list, event_wait_list, event});
  });
}

cl_int CL_API_CALL pclEnqueueReadBufferRect(cl_command_queue command_queue, cl_mem buffer,
                                            cl_bool blocking_read, const size_t* buffer_origin,
                                            const size_t* host_origin, const size_t* region,
                                            size_t buffer_row_pitch, size_t buffer_slice_pitch,
                                            size_t host_row_pitch, size_t host_slice_pitch, void* ptr,
                                            cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                            cl_event* event) {
  return guard([&] {
    transfer(command_queue, buffer, blocking_read != CL_FALSE,
             Boxes{buffer_origin, host_origin, region, buffer_row_pitch, buffer_slice_pitch, host_row_pitch,
                   host_slice_pitch},
             ptr, nullptr, true, {num_events_in_wait_list, event_wait_list, event});
  });
}

cl_int CL_API_CALL pclEnqueueWriteBufferRect(cl_command_queue command_queue, cl_mem buffer,
                                             cl_bool blocking_write, const size_t* buffer_origin,
                                             const size_t* host_origin, const size_t* region,
                                             size_t buffer_row_pitch, size_t buffer_slice_pitch,
                                             size_t host_row_pitch, size_t host_slice_pitch, const void* ptr,
                                             cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                             cl_event* event) {
  return guard([&] {
    transfer(command_queue, buffer, blocking_write != CL_FALSE,
             Boxes{buffer_origin, host_origin, region, buffer_row_pitch, buffer_slice_pitch, host_row_pitch,
                   host_slice_pitch},
             nullptr, ptr, false, {num_events_in_wait_list, event_wait_list, event});
  });
}

}  // namespace photic::opencl
