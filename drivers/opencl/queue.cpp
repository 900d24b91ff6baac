// SPDX-License-Identifier: Apache-2.0
// Makes command queues and answers for them.
#include "drivers/opencl/queue.h"

#include "drivers/opencl/engine.h"
#include "drivers/opencl/info.h"
#include "drivers/opencl/memory.h"

using namespace photic::opencl;  // NOLINT: the structures behind handles have no namespace

_cl_command_queue::_cl_command_queue(_cl_context& queue_context, cl_device_id queue_device,
                                     cl_command_queue_properties queue_bits,
                                     std::vector<cl_queue_properties> queue_properties)
    : Object(kKind),
      context(&queue_context),
      device(queue_device),
      open(queue_context.open_device(queue_device)),
      bits(queue_bits),
      properties(std::move(queue_properties)) {
  Engine::of(queue_context);
}

_cl_command_queue::~_cl_command_queue() {
  engine().leave(*this);
}

namespace photic::opencl {
namespace {

constexpr cl_command_queue_properties kHostBits =
    CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE | CL_QUEUE_PROFILING_ENABLE;
constexpr cl_command_queue_properties kDeviceBits = CL_QUEUE_ON_DEVICE | CL_QUEUE_ON_DEVICE_DEFAULT;

_cl_context& check_place(cl_context context, cl_device_id device) {
  _cl_context& in = check(context, CL_INVALID_CONTEXT);
  refuse_if(!valid(device) || !in.has(device), CL_INVALID_DEVICE);
  return in;
}

cl_command_queue create(cl_context context, cl_device_id device, const cl_queue_properties* list) {
  _cl_context& in = check_place(context, device);
  cl_command_queue_properties bits = 0;
  std::vector<cl_queue_properties> kept;
  for (; list != nullptr && *list != 0; list += 2) {
    kept.insert(kept.end(), list, list + 2);
    if (list[0] == CL_QUEUE_SIZE) {
      // Only queues on a device have one, and no device has such a queue.
      throw Error(CL_INVALID_QUEUE_PROPERTIES);
    }
    refuse_if(list[0] != CL_QUEUE_PROPERTIES || (list[1] & ~(kHostBits | kDeviceBits)) != 0,
              CL_INVALID_VALUE);
    bits = list[1];
  }
  if (list != nullptr) {
    kept.push_back(0);
  }
  refuse_if((bits & kDeviceBits) != 0, CL_INVALID_QUEUE_PROPERTIES);
  return new _cl_command_queue(in, device, bits, std::move(kept));
}

}  // namespace

cl_command_queue CL_API_CALL pclCreateCommandQueue(cl_context context, cl_device_id device,
                                                   cl_command_queue_properties properties,
                                                   cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] {
    _cl_context& in = check_place(context, device);
    refuse_if((properties & ~(kHostBits | kDeviceBits)) != 0, CL_INVALID_VALUE);
    refuse_if((properties & kDeviceBits) != 0, CL_INVALID_QUEUE_PROPERTIES);
    return new _cl_command_queue(in, device, properties, {});
  });
}

cl_command_queue CL_API_CALL pclCreateCommandQueueWithProperties(cl_context context, cl_device_id device,
                                                                 const cl_queue_properties* properties,
                                                                 cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] { return create(context, device, properties); });
}

cl_command_queue CL_API_CALL pclCreateCommandQueueWithPropertiesKHR(cl_context context, cl_device_id device,
                                                                    const cl_queue_properties_khr* properties,
                                                                    cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] { return create(context, device, properties); });
}

cl_int CL_API_CALL pclRetainCommandQueue(cl_command_queue command_queue) {
  return retain(command_queue, CL_INVALID_COMMAND_QUEUE);
}

cl_int CL_API_CALL pclReleaseCommandQueue(cl_command_queue command_queue) {
  if (!valid(command_queue)) {
    return CL_INVALID_COMMAND_QUEUE;
  }
  const Ref<_cl_context> alive = command_queue->context;
  const Ref<_cl_command_queue> queue(command_queue);
  const cl_int code = release(command_queue, CL_INVALID_COMMAND_QUEUE);
  if (queue->references == 0) {
    alive->engine->abandon(*queue);
  }
  return code;
}

cl_int CL_API_CALL pclSetCommandQueueProperty(cl_command_queue command_queue,
                                              cl_command_queue_properties properties, cl_bool enable,
                                              cl_command_queue_properties* old_properties) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    refuse_if((properties & ~kHostBits) != 0, CL_INVALID_VALUE);
    const Ref<_cl_context> alive = queue.context;
    // What was enqueued before keeps the order it was enqueued with.
    queue.engine().finish(queue);
    const cl_command_queue_properties old =
        enable != CL_FALSE ? queue.bits.fetch_or(properties) : queue.bits.fetch_and(~properties);
    if (old_properties != nullptr) {
      *old_properties = old;
    }
  });
}

cl_int CL_API_CALL pclGetCommandQueueInfo(cl_command_queue command_queue, cl_command_queue_info param_name,
                                          size_t param_value_size, void* param_value,
                                          size_t* param_value_size_ret) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_QUEUE_CONTEXT:
        return answer.value(queue.context.get());
      case CL_QUEUE_DEVICE:
        return answer.value(queue.device);
      case CL_QUEUE_REFERENCE_COUNT:
        return answer.value<cl_uint>(queue.references);
      case CL_QUEUE_PROPERTIES:
        return answer.value<cl_command_queue_properties>(queue.bits);
      case CL_QUEUE_PROPERTIES_ARRAY:
        return answer.list(queue.properties);
      case CL_QUEUE_DEVICE_DEFAULT:
        return answer.value<cl_command_queue>(nullptr);
      case CL_QUEUE_SIZE:  // of queues on a device only
        throw Error(CL_INVALID_COMMAND_QUEUE);
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

cl_int CL_API_CALL pclFlush(cl_command_queue command_queue) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    const Ref<_cl_context> alive = queue.context;
    // Commands are handed over as soon as they may start; this only takes note of what has ended.
    queue.engine().poll();
  });
}

cl_int CL_API_CALL pclFinish(cl_command_queue command_queue) {
  return guard([&] {
    _cl_command_queue& queue = check(command_queue, CL_INVALID_COMMAND_QUEUE);
    const Ref<_cl_context> alive = queue.context;
    queue.engine().finish(queue);
  });
}

}  // namespace photic::opencl
