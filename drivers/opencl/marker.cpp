// SPDX-License-Identifier: Apache-2.0
// Commands that do nothing but order others.
#include "drivers/opencl/command.h"

namespace photic::opencl {
namespace {

cl_int enqueue_mark(cl_command_queue command_queue, cl_command_type type, Place place, cl_uint count,
                    const cl_event* events, cl_event* event) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    const auto list = wait_list(*queue.context, count, events);
    enqueue(new_command(queue, type), {list, event, false, place});
  });
}

}  // namespace

cl_int CL_API_CALL pclEnqueueMarkerWithWaitList(cl_command_queue command_queue,
                                                cl_uint num_events_in_wait_list,
                                                const cl_event* event_wait_list, cl_event* event) {
  return enqueue_mark(command_queue, CL_COMMAND_MARKER, Place::kMarker, num_events_in_wait_list,
                      event_wait_list, event);
}

cl_int CL_API_CALL pclEnqueueBarrierWithWaitList(cl_command_queue command_queue,
                                                 cl_uint num_events_in_wait_list,
                                                 const cl_event* event_wait_list, cl_event* event) {
  return enqueue_mark(command_queue, CL_COMMAND_BARRIER, Place::kBarrier, num_events_in_wait_list,
                      event_wait_list, event);
}

cl_int CL_API_CALL pclEnqueueMarker(cl_command_queue command_queue, cl_event* event) {
  if (!valid(command_queue)) {
    return CL_INVALID_COMMAND_QUEUE;
  }
  if (event == nullptr) {
    return CL_INVALID_VALUE;
  }
  return enqueue_mark(command_queue, CL_COMMAND_MARKER, Place::kMarker, 0, nullptr, event);
}

cl_int CL_API_CALL pclEnqueueBarrier(cl_command_queue command_queue) {
  return enqueue_mark(command_queue, CL_COMMAND_BARRIER, Place::kBarrier, 0, nullptr, nullptr);
}

cl_int CL_API_CALL pclEnqueueWaitForEvents(cl_command_queue command_queue, cl_uint num_events,
                                           const cl_event* event_list) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    refuse_if(num_events == 0 || event_list == nullptr, CL_INVALID_VALUE);
    for (cl_event event : std::span(event_list, num_events)) {
      refuse_if(!valid(event), CL_INVALID_EVENT);
    }
    const auto list = wait_list(*queue.context, num_events, event_list);
    enqueue(new_command(queue, CL_COMMAND_BARRIER), {list, nullptr, false, Place::kBarrier});
  });
}

}  // namespace photic::opencl
