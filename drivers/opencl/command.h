// SPDX-License-Identifier: Apache-2.0
// What every enqueue does around its own work: check the queue and the wait list, make the event, hand it
// over.
#pragma once

#include <memory>
#include <span>

#include "drivers/opencl/engine.h"
#include "drivers/opencl/memory.h"

namespace photic::opencl {

struct LetGo {
  void operator()(cl_event event) const noexcept { let_go(event); }
};
using NewEvent = std::unique_ptr<_cl_event, LetGo>;

/// The events of a call's wait list. Throws Error(CL_INVALID_EVENT_WAIT_LIST), and Error(CL_INVALID_CONTEXT)
/// for one of another context.
std::span<const cl_event> wait_list(const _cl_context& context, cl_uint count, const cl_event* events);

/// A buffer of the queue's context. Throws Error(CL_INVALID_MEM_OBJECT) or Error(CL_INVALID_CONTEXT).
_cl_mem& buffer_for(const _cl_command_queue& queue, cl_mem buffer);

NewEvent new_command(_cl_command_queue& queue, cl_command_type type);

/// What a call asks for besides its work.
struct Request {
  std::span<const cl_event> waits_for;
  cl_event* event = nullptr;  ///< Takes the event, if not NULL.
  bool blocking = false;
  Place place = Place::kCommand;
};

/// Enqueues the command. Of a blocking call: returns after its end, and throws Error(its status) if it
/// failed.
void enqueue(NewEvent command, const Request& request);

}  // namespace photic::opencl
