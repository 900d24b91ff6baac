// SPDX-License-Identifier: Apache-2.0
// The functions of cl_khr_command_buffer.
#include "drivers/opencl/command_buffer.h"
#include "drivers/opencl/info.h"
#include "drivers/opencl/ndrange.h"
#include "drivers/opencl/transfer.h"

namespace photic::opencl {
namespace {

// What every recording call ends with.
struct SyncPoints {
  cl_uint count;
  const cl_sync_point_khr* list;
  cl_sync_point_khr* point;
  cl_mutable_command_khr* handle;
};

cl_command_buffer_khr create(cl_uint num_queues, const cl_command_queue* queues,
                             const cl_command_buffer_properties_khr* list) {
  refuse_if(num_queues != 1 || queues == nullptr, CL_INVALID_VALUE);
  _cl_command_queue& queue = check(queues[0], CL_INVALID_COMMAND_QUEUE);
  cl_command_buffer_flags_khr flags = 0;
  std::vector<cl_command_buffer_properties_khr> kept;
  for (const auto* pair = list; pair != nullptr && *pair != 0; pair += 2) {
    // Each name at most once.
    refuse_if(pair[0] != CL_COMMAND_BUFFER_FLAGS_KHR || !kept.empty(), CL_INVALID_VALUE);
    refuse_if((pair[1] & ~cl_command_buffer_flags_khr{CL_COMMAND_BUFFER_SIMULTANEOUS_USE_KHR}) != 0,
              CL_INVALID_VALUE);
    flags = pair[1];
    kept.assign(pair, pair + 2);
  }
  if (list != nullptr) {
    kept.push_back(0);
  }
  return new _cl_command_buffer_khr(queue, flags, std::move(kept));
}

// The body of every recording call; `make` gives the step.
template <typename Make>
cl_int record(cl_command_buffer_khr command_buffer, cl_command_queue command_queue, const SyncPoints& points,
              Make make) {
  return guard([&] {
    _cl_command_buffer_khr& buffer = check(command_buffer, CL_INVALID_COMMAND_BUFFER_KHR);
    // The only queue is known; a command has no handle to change it with.
    refuse_if(command_queue != nullptr, CL_INVALID_COMMAND_QUEUE);
    refuse_if(points.handle != nullptr, CL_INVALID_VALUE);
    Step step = make(*buffer.queue);
    const cl_sync_point_khr point =
        buffer.record(std::move(step), buffer.steps_of(points.count, points.list));
    if (points.point != nullptr) {
      *points.point = point;
    }
  });
}

Step step_of(Transfer transfer) {
  return {std::move(transfer.work), std::move(transfer.uses), {}};
}

Step step_of(KernelTask task) {
  Step step;
  step.uses = std::move(task.uses);
  if (const auto* submission = std::get_if<photic_submission>(&task.work)) {
    step.work = std::make_shared<std::vector<photic_submission>>(1, *submission);
  } else if (auto* host = std::get_if<HostWork>(&task.work)) {
    step.work = std::move(*host);
  }
  return step;
}

// The device has no images, so no command can take one.
cl_int refuse_image(cl_command_buffer_khr command_buffer) {
  return valid(command_buffer) ? CL_INVALID_MEM_OBJECT : CL_INVALID_COMMAND_BUFFER_KHR;
}

}  // namespace

cl_command_buffer_khr CL_API_CALL
pclCreateCommandBufferKHR(cl_uint num_queues, const cl_command_queue* queues,
                          const cl_command_buffer_properties_khr* properties, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] { return create(num_queues, queues, properties); });
}

cl_int CL_API_CALL pclFinalizeCommandBufferKHR(cl_command_buffer_khr command_buffer) {
  return guard([&] { check(command_buffer, CL_INVALID_COMMAND_BUFFER_KHR).finalize(); });
}

cl_int CL_API_CALL pclRetainCommandBufferKHR(cl_command_buffer_khr command_buffer) {
  return retain(command_buffer, CL_INVALID_COMMAND_BUFFER_KHR);
}

cl_int CL_API_CALL pclReleaseCommandBufferKHR(cl_command_buffer_khr command_buffer) {
  return release(command_buffer, CL_INVALID_COMMAND_BUFFER_KHR);
}

cl_int CL_API_CALL pclEnqueueCommandBufferKHR(cl_uint num_queues, cl_command_queue* queues,
                                              cl_command_buffer_khr command_buffer,
                                              cl_uint num_events_in_wait_list,
                                              const cl_event* event_wait_list, cl_event* event) {
  return guard([&] {
    _cl_command_buffer_khr& buffer = check(command_buffer, CL_INVALID_COMMAND_BUFFER_KHR);
    refuse_if((num_queues == 0) != (queues == nullptr) || num_queues > 1, CL_INVALID_VALUE);
    const cl_command_queue given = num_queues == 1 ? queues[0] : buffer.queue.get();
    _cl_command_queue& queue = check(given, CL_INVALID_COMMAND_QUEUE);
    refuse_if(queue.context.get() != buffer.queue->context.get(), CL_INVALID_CONTEXT);
    // Batches are for the device they were recorded for.
    refuse_if(queue.device != buffer.queue->device || queue.bits != buffer.queue->bits,
              CL_INCOMPATIBLE_COMMAND_QUEUE_KHR);
    const auto list = wait_list(*queue.context, num_events_in_wait_list, event_wait_list);
    buffer.enqueue(queue, {list, event});
  });
}

cl_int CL_API_CALL pclCommandBarrierWithWaitListKHR(cl_command_buffer_khr command_buffer,
                                                    cl_command_queue command_queue,
                                                    cl_uint num_sync_points_in_wait_list,
                                                    const cl_sync_point_khr* sync_point_wait_list,
                                                    cl_sync_point_khr* sync_point,
                                                    cl_mutable_command_khr* mutable_handle) {
  return record(command_buffer, command_queue,
                {num_sync_points_in_wait_list, sync_point_wait_list, sync_point, mutable_handle},
                [&](const _cl_command_queue& /*queue*/) {
                  Step step;
                  step.barrier = true;
                  return step;
                });
}

cl_int CL_API_CALL pclCommandCopyBufferKHR(cl_command_buffer_khr command_buffer,
                                           cl_command_queue command_queue, cl_mem src_buffer,
                                           cl_mem dst_buffer, size_t src_offset, size_t dst_offset,
                                           size_t size, cl_uint num_sync_points_in_wait_list,
                                           const cl_sync_point_khr* sync_point_wait_list,
                                           cl_sync_point_khr* sync_point,
                                           cl_mutable_command_khr* mutable_handle) {
  return record(command_buffer, command_queue,
                {num_sync_points_in_wait_list, sync_point_wait_list, sync_point, mutable_handle},
                [&](const _cl_command_queue& queue) {
                  return step_of(copy_transfer(queue, src_buffer, dst_buffer, src_offset, dst_offset, size));
                });
}

cl_int CL_API_CALL pclCommandCopyBufferRectKHR(
    cl_command_buffer_khr command_buffer, cl_command_queue command_queue, cl_mem src_buffer,
    cl_mem dst_buffer, const size_t* src_origin, const size_t* dst_origin, const size_t* region,
    size_t src_row_pitch, size_t src_slice_pitch, size_t dst_row_pitch, size_t dst_slice_pitch,
    cl_uint num_sync_points_in_wait_list, const cl_sync_point_khr* sync_point_wait_list,
    cl_sync_point_khr* sync_point, cl_mutable_command_khr* mutable_handle) {
  return record(command_buffer, command_queue,
                {num_sync_points_in_wait_list, sync_point_wait_list, sync_point, mutable_handle},
                [&](const _cl_command_queue& queue) {
                  return step_of(
                      copy_transfer(queue, {src_buffer, dst_buffer, src_origin, dst_origin, region,
                                            src_row_pitch, src_slice_pitch, dst_row_pitch, dst_slice_pitch}));
                });
}

cl_int CL_API_CALL pclCommandFillBufferKHR(cl_command_buffer_khr command_buffer,
                                           cl_command_queue command_queue, cl_mem buffer, const void* pattern,
                                           size_t pattern_size, size_t offset, size_t size,
                                           cl_uint num_sync_points_in_wait_list,
                                           const cl_sync_point_khr* sync_point_wait_list,
                                           cl_sync_point_khr* sync_point,
                                           cl_mutable_command_khr* mutable_handle) {
  return record(command_buffer, command_queue,
                {num_sync_points_in_wait_list, sync_point_wait_list, sync_point, mutable_handle},
                [&](const _cl_command_queue& queue) {
                  return step_of(fill_transfer(queue, buffer, pattern, pattern_size, offset, size));
                });
}

cl_int CL_API_CALL pclCommandNDRangeKernelKHR(
    cl_command_buffer_khr command_buffer, cl_command_queue command_queue,
    const cl_ndrange_kernel_command_properties_khr* properties, cl_kernel kernel, cl_uint work_dim,
    const size_t* global_work_offset, const size_t* global_work_size, const size_t* local_work_size,
    cl_uint num_sync_points_in_wait_list, const cl_sync_point_khr* sync_point_wait_list,
    cl_sync_point_khr* sync_point, cl_mutable_command_khr* mutable_handle) {
  return record(command_buffer, command_queue,
                {num_sync_points_in_wait_list, sync_point_wait_list, sync_point, mutable_handle},
                [&](const _cl_command_queue& queue) {
                  refuse_if(properties != nullptr && *properties != 0, CL_INVALID_VALUE);
                  return step_of(kernel_task(
                      queue, kernel, {work_dim, global_work_offset, global_work_size, local_work_size}));
                });
}

cl_int CL_API_CALL pclCommandCopyBufferToImageKHR(cl_command_buffer_khr command_buffer, cl_command_queue,
                                                  cl_mem, cl_mem, size_t, const size_t*, const size_t*,
                                                  cl_uint, const cl_sync_point_khr*, cl_sync_point_khr*,
                                                  cl_mutable_command_khr*) {
  return refuse_image(command_buffer);
}

cl_int CL_API_CALL pclCommandCopyImageKHR(cl_command_buffer_khr command_buffer, cl_command_queue, cl_mem,
                                          cl_mem, const size_t*, const size_t*, const size_t*, cl_uint,
                                          const cl_sync_point_khr*, cl_sync_point_khr*,
                                          cl_mutable_command_khr*) {
  return refuse_image(command_buffer);
}

cl_int CL_API_CALL pclCommandCopyImageToBufferKHR(cl_command_buffer_khr command_buffer, cl_command_queue,
                                                  cl_mem, cl_mem, const size_t*, const size_t*, size_t,
                                                  cl_uint, const cl_sync_point_khr*, cl_sync_point_khr*,
                                                  cl_mutable_command_khr*) {
  return refuse_image(command_buffer);
}

cl_int CL_API_CALL pclCommandFillImageKHR(cl_command_buffer_khr command_buffer, cl_command_queue, cl_mem,
                                          const void*, const size_t*, const size_t*, cl_uint,
                                          const cl_sync_point_khr*, cl_sync_point_khr*,
                                          cl_mutable_command_khr*) {
  return refuse_image(command_buffer);
}

cl_int CL_API_CALL pclGetCommandBufferInfoKHR(cl_command_buffer_khr command_buffer,
                                              cl_command_buffer_info_khr param_name, size_t param_value_size,
                                              void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    _cl_command_buffer_khr& buffer = check(command_buffer, CL_INVALID_COMMAND_BUFFER_KHR);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_COMMAND_BUFFER_QUEUES_KHR:
        return answer.value(buffer.queue.get());
      case CL_COMMAND_BUFFER_NUM_QUEUES_KHR:
        return answer.value<cl_uint>(1);
      case CL_COMMAND_BUFFER_REFERENCE_COUNT_KHR:
        return answer.value<cl_uint>(buffer.references);
      case CL_COMMAND_BUFFER_STATE_KHR:
        return answer.value(buffer.state());
      case CL_COMMAND_BUFFER_PROPERTIES_ARRAY_KHR:
        return answer.list(buffer.properties);
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

}  // namespace photic::opencl
