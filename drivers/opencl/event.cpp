// SPDX-License-Identifier: Apache-2.0
// Makes events and answers for them.
#include "drivers/opencl/event.h"

#include <algorithm>
#include <chrono>

#include "drivers/opencl/cl_photic.h"
#include "drivers/opencl/command.h"
#include "drivers/opencl/info.h"

using namespace photic::opencl;  // NOLINT: the structures behind handles have no namespace

_cl_event::_cl_event(_cl_context& event_context, cl_command_queue event_queue, cl_command_type command_type)
    : Object(kKind),
      context(&event_context),
      queue(event_queue),
      type(command_type),
      profiled(event_queue != nullptr && event_queue->profiles()),
      status(event_queue != nullptr ? CL_QUEUED : CL_SUBMITTED) {}

_cl_event::~_cl_event() {
  for (photic_event one : native) {
    photic_event_release(one);
  }
}

namespace photic::opencl {
namespace {

// Execution status of a command that ended natively with `status`.
cl_int status_of(photic_status status) {
  switch (status) {
    case PHOTIC_OK:
      return CL_COMPLETE;
    case PHOTIC_DEPENDENCY_FAILED:
      return CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST;
    case PHOTIC_OUT_OF_MEMORY:
      return CL_OUT_OF_HOST_MEMORY;
    case PHOTIC_DMA_READ_ERROR:
    case PHOTIC_DMA_WRITE_ERROR:
    case PHOTIC_LINK_ERROR:
    case PHOTIC_TIMEOUT:
      return CL_OUT_OF_RESOURCES;
    default:
      // What else a device reports is the command's fault, what else the driver reports is not.
      return status < PHOTIC_INVALID_ARGUMENT ? CL_INVALID_VALUE : CL_OUT_OF_RESOURCES;
  }
}

void answer_photic(const _cl_event& event, cl_event_info name, const Answer& answer) {
  // Of a command that does not go to the device nothing of the kind is known.
  refuse_if(!event.is_native(), CL_INVALID_VALUE);
  const bool ended = event.ended();
  if (name == CL_EVENT_STATUS_PHOTIC) {
    return answer.value<cl_int>(ended ? event.outcome.native : cl_int{PHOTIC_BUSY});
  }
  if (name == CL_EVENT_STATUS_TEXT_PHOTIC) {
    return answer.text(ended ? event.outcome.text : std::string{});
  }
  photic_event_info info{};
  info.struct_size = sizeof(info);
  if (ended && !event.native.empty()) {
    photic_event_get_info(event.native.back(), &info);
  }
  answer.value<cl_ulong>(info.detail);
}

cl_ulong cycle(const _cl_event& event, bool start) {
  photic_event_info info{};
  info.struct_size = sizeof(info);
  refuse_if(event.native.empty(), CL_PROFILING_INFO_NOT_AVAILABLE);
  photic_event_get_info(start ? event.native.front() : event.native.back(), &info);
  return start ? info.start_cycle : info.end_cycle;
}

}  // namespace

uint64_t now_ns() {
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

Outcome outcome_of(photic_status status, const std::string& text) {
  return {status_of(status), status, text};
}

cl_event CL_API_CALL pclCreateUserEvent(cl_context context, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] {
    _cl_context& in = check(context, CL_INVALID_CONTEXT);
    Engine::of(in);
    return new _cl_event(in, nullptr, CL_COMMAND_USER);
  });
}

cl_int CL_API_CALL pclSetUserEventStatus(cl_event event, cl_int execution_status) {
  return guard([&] {
    _cl_event& mark = check(event, CL_INVALID_EVENT);
    refuse_if(mark.queue || mark.type != CL_COMMAND_USER, CL_INVALID_EVENT);
    refuse_if(execution_status > CL_COMPLETE, CL_INVALID_VALUE);
    const Ref<_cl_context> alive = mark.context;
    refuse_if(!alive->engine->end_user_event(mark, execution_status), CL_INVALID_OPERATION);
  });
}

cl_int CL_API_CALL pclSetEventCallback(cl_event event, cl_int type,
                                       void(CL_CALLBACK* pfn_notify)(cl_event, cl_int, void*),
                                       void* user_data) {
  return guard([&] {
    _cl_event& on = check(event, CL_INVALID_EVENT);
    refuse_if(pfn_notify == nullptr, CL_INVALID_VALUE);
    refuse_if(type != CL_SUBMITTED && type != CL_RUNNING && type != CL_COMPLETE, CL_INVALID_VALUE);
    const Ref<_cl_context> alive = on.context;
    alive->engine->add_callback(on, {type, pfn_notify, user_data});
  });
}

cl_int CL_API_CALL pclWaitForEvents(cl_uint num_events, const cl_event* event_list) {
  return guard([&] {
    refuse_if(num_events == 0 || event_list == nullptr, CL_INVALID_VALUE);
    const std::span<const cl_event> list(event_list, num_events);
    for (cl_event event : list) {
      refuse_if(!valid(event), CL_INVALID_EVENT);
    }
    const Ref<_cl_context> alive = list.front()->context;
    for (cl_event event : list) {
      refuse_if(event->context.get() != alive.get(), CL_INVALID_CONTEXT);
    }
    bool failed = false;
    for (cl_event event : list) {
      alive->engine->wait(*event);
      failed = failed || event->status < 0;
    }
    refuse_if(failed, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
  });
}

cl_int CL_API_CALL pclRetainEvent(cl_event event) {
  return retain(event, CL_INVALID_EVENT);
}

cl_int CL_API_CALL pclReleaseEvent(cl_event event) {
  return release(event, CL_INVALID_EVENT);
}

cl_int CL_API_CALL pclGetEventInfo(cl_event event, cl_event_info param_name, size_t param_value_size,
                                   void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    _cl_event& of = check(event, CL_INVALID_EVENT);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    if (param_name == CL_EVENT_COMMAND_EXECUTION_STATUS ||
        (param_name >> 16) == (CL_EVENT_STATUS_PHOTIC >> 16)) {
      const Ref<_cl_context> alive = of.context;
      if (!of.ended()) {
        alive->engine->poll();
      }
    }
    switch (param_name) {
      case CL_EVENT_COMMAND_QUEUE:
        return answer.value(of.queue.get());
      case CL_EVENT_CONTEXT:
        return answer.value(of.context.get());
      case CL_EVENT_COMMAND_TYPE:
        return answer.value(of.type);
      case CL_EVENT_COMMAND_EXECUTION_STATUS:
        return answer.value<cl_int>(of.status);
      case CL_EVENT_REFERENCE_COUNT:
        return answer.value<cl_uint>(of.references);
      case CL_EVENT_STATUS_PHOTIC:
      case CL_EVENT_STATUS_TEXT_PHOTIC:
      case CL_EVENT_DETAIL_PHOTIC:
        return answer_photic(of, param_name, answer);
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

cl_int CL_API_CALL pclGetEventProfilingInfo(cl_event event, cl_profiling_info param_name,
                                            size_t param_value_size, void* param_value,
                                            size_t* param_value_size_ret) {
  return guard([&] {
    _cl_event& of = check(event, CL_INVALID_EVENT);
    const Ref<_cl_context> alive = of.context;
    if (of.profiled && !of.ended()) {
      alive->engine->poll();
    }
    refuse_if(!of.profiled || of.status != CL_COMPLETE, CL_PROFILING_INFO_NOT_AVAILABLE);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_PROFILING_COMMAND_QUEUED:
        return answer.value<cl_ulong>(of.times.queued);
      case CL_PROFILING_COMMAND_SUBMIT:
        return answer.value<cl_ulong>(of.times.submitted);
      case CL_PROFILING_COMMAND_START:
        return answer.value<cl_ulong>(of.times.started);
      case CL_PROFILING_COMMAND_END:
      case CL_PROFILING_COMMAND_COMPLETE:  // no command has children
        return answer.value<cl_ulong>(of.times.ended);
      case CL_PROFILING_COMMAND_START_CYCLE_PHOTIC:
        return answer.value<cl_ulong>(cycle(of, true));
      case CL_PROFILING_COMMAND_END_CYCLE_PHOTIC:
        return answer.value<cl_ulong>(cycle(of, false));
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

}  // namespace photic::opencl
