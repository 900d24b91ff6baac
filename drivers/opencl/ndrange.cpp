// SPDX-License-Identifier: Apache-2.0
// Enqueues built-in kernels.
#include "drivers/opencl/ndrange.h"

#include <utility>

#include "drivers/opencl/command.h"

namespace photic::opencl {
namespace {

// A kernel runs as one task. False if there is nothing to run, which is no error.
bool check_work_size(const WorkSize& size) {
  refuse_if(size.dimensions < 1 || size.dimensions > 3, CL_INVALID_WORK_DIMENSION);
  bool any = size.global != nullptr;
  for (cl_uint i = 0; i < size.dimensions; ++i) {
    any = any && size.global[i] != 0;
    refuse_if(size.global != nullptr && size.global[i] > 1, CL_INVALID_GLOBAL_WORK_SIZE);
    refuse_if(size.offset != nullptr && size.offset[i] != 0, CL_INVALID_GLOBAL_OFFSET);
    refuse_if(size.local != nullptr && size.local[i] != 1, CL_INVALID_WORK_GROUP_SIZE);
  }
  return any;
}

HostWork host_work(HostAction action) {
  return [action = std::move(action)]() -> Outcome {
    try {
      const photic_status status = action();
      return outcome_of(status, status == PHOTIC_OK ? "" : photic_error_text());
    } catch (const std::exception& exception) {
      return outcome_of(PHOTIC_INTERNAL, exception.what());
    }
  };
}

void enqueue_kernel(cl_command_queue command_queue, cl_command_type type, cl_kernel kernel,
                    const WorkSize& size, cl_uint count, const cl_event* events, cl_event* event) {
  _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
  KernelTask task = kernel_task(queue, kernel, size);
  const auto list = wait_list(*queue.context, count, events);
  NewEvent command = new_command(queue, type);
  command->uses = std::move(task.uses);
  if (const auto* submission = std::get_if<photic_submission>(&task.work)) {
    command->single = *submission;
  } else if (auto* host = std::get_if<HostWork>(&task.work)) {
    command->host = std::move(*host);
  }
  enqueue(std::move(command), {list, event});
}

}  // namespace

KernelTask kernel_task(const _cl_command_queue& queue, cl_kernel kernel, const WorkSize& size) {
  _cl_kernel& run = check(kernel, CL_INVALID_KERNEL);
  refuse_if(run.program->context.get() != queue.context.get(), CL_INVALID_CONTEXT);
  refuse_if(!run.runs_on(queue.device), CL_INVALID_PROGRAM_EXECUTABLE);
  const std::vector<Argument> arguments = run.snapshot();
  KernelTask task;
  if (!check_work_size(size)) {
    return task;
  }
  std::vector<NativeArgument> natives;
  natives.reserve(arguments.size());
  for (const Argument& argument : arguments) {
    if (const auto* number = std::get_if<uint32_t>(&argument)) {
      natives.emplace_back(*number);
    } else if (cl_mem memory = std::get<cl_mem>(argument); memory == nullptr) {
      natives.emplace_back(NativeOperand{});
    } else {
      refuse_if(!valid(memory), CL_INVALID_KERNEL_ARGS);
      task.uses.emplace_back(memory);
      refuse_if(memory->context.get() != queue.context.get(), CL_INVALID_CONTEXT);
      natives.emplace_back(NativeOperand{memory->storage->on(queue.open), memory->origin, memory->size});
    }
  }
  Work work = run.builtin.make(*queue.open, natives);
  if (auto* action = std::get_if<HostAction>(&work)) {
    task.work = host_work(std::move(*action));
  } else {
    task.work = std::get<photic_submission>(work);
  }
  return task;
}

cl_int CL_API_CALL pclEnqueueNDRangeKernel(cl_command_queue command_queue, cl_kernel kernel, cl_uint work_dim,
                                           const size_t* global_work_offset, const size_t* global_work_size,
                                           const size_t* local_work_size, cl_uint num_events_in_wait_list,
                                           const cl_event* event_wait_list, cl_event* event) {
  return guard([&] {
    enqueue_kernel(command_queue, CL_COMMAND_NDRANGE_KERNEL, kernel,
                   {work_dim, global_work_offset, global_work_size, local_work_size}, num_events_in_wait_list,
                   event_wait_list, event);
  });
}

cl_int CL_API_CALL pclEnqueueTask(cl_command_queue command_queue, cl_kernel kernel,
                                  cl_uint num_events_in_wait_list, const cl_event* event_wait_list,
                                  cl_event* event) {
  return guard([&] {
    const size_t one = 1;
    enqueue_kernel(command_queue, CL_COMMAND_TASK, kernel, {1, nullptr, &one, nullptr},
                   num_events_in_wait_list, event_wait_list, event);
  });
}

cl_int CL_API_CALL pclEnqueueNativeKernel(cl_command_queue command_queue,
                                          void(CL_CALLBACK* /*user_func*/)(void*), void* /*args*/,
                                          size_t /*cb_args*/, cl_uint /*num_mem_objects*/,
                                          const cl_mem* /*mem_list*/, const void** /*args_mem_loc*/,
                                          cl_uint /*num_events_in_wait_list*/,
                                          const cl_event* /*event_wait_list*/, cl_event* /*event*/) {
  // No device runs the host's code: CL_DEVICE_EXECUTION_CAPABILITIES has no CL_EXEC_NATIVE_KERNEL.
  return valid(command_queue) ? CL_INVALID_OPERATION : CL_INVALID_COMMAND_QUEUE;
}

}  // namespace photic::opencl
