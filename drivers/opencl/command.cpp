// SPDX-License-Identifier: Apache-2.0
// The common part of all enqueues.
#include "drivers/opencl/command.h"

namespace photic::opencl {

std::span<const cl_event> wait_list(const _cl_context& context, cl_uint count, const cl_event* events) {
  refuse_if((count == 0) != (events == nullptr), CL_INVALID_EVENT_WAIT_LIST);
  const std::span<const cl_event> list(events, count);
  for (cl_event event : list) {
    refuse_if(!valid(event), CL_INVALID_EVENT_WAIT_LIST);
  }
  for (cl_event event : list) {
    refuse_if(event->context.get() != &context, CL_INVALID_CONTEXT);
  }
  return list;
}

_cl_mem& buffer_for(const _cl_command_queue& queue, cl_mem buffer) {
  _cl_mem& checked = check(buffer, CL_INVALID_MEM_OBJECT);
  refuse_if(checked.context.get() != queue.context.get(), CL_INVALID_CONTEXT);
  return checked;
}

NewEvent new_command(_cl_command_queue& queue, cl_command_type type) {
  return NewEvent(new _cl_event(*queue.context, &queue, type));
}

void enqueue(NewEvent command, const Request& request) {
  const Ref<_cl_context> alive = command->context;
  Engine& engine = *alive->engine;
  if (request.event == nullptr) {
    command->references = 0;
  }
  engine.enqueue(*command, request.waits_for, request.place, request.blocking);
  if (request.blocking) {
    engine.wait(*command);
    const cl_int status = command->status;
    refuse_if(status < 0, status);
  }
  if (request.event != nullptr) {
    *request.event = command.release();
  }
}

}  // namespace photic::opencl
