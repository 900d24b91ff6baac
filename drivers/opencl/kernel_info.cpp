// SPDX-License-Identifier: Apache-2.0
// What kernels say of themselves and of their arguments. A kernel runs as one task, so every size of work
// is 1.
#include <array>
#include <span>
#include <string>

#include "drivers/opencl/info.h"
#include "drivers/opencl/kernel.h"
#include "drivers/opencl/queue.h"

namespace photic::opencl {
namespace {

using Range = std::array<size_t, 3>;

// The device a query about a kernel is for. NULL stands for the only one.
cl_device_id device_asked_for(const _cl_kernel& kernel, cl_device_id device) {
  const auto& devices = kernel.program->devices;
  if (device == nullptr) {
    refuse_if(devices.size() != 1, CL_INVALID_DEVICE);
    return devices.front();
  }
  refuse_if(!kernel.program->has(device), CL_INVALID_DEVICE);
  return device;
}

}  // namespace

cl_int pclGetKernelInfo(cl_kernel kernel, cl_kernel_info param_name, size_t param_value_size,
                        void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    check(kernel, CL_INVALID_KERNEL);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_KERNEL_FUNCTION_NAME:
        return answer.text(kernel->builtin.name);
      case CL_KERNEL_NUM_ARGS:
        return answer.value(static_cast<cl_uint>(kernel->builtin.parameters.size()));
      case CL_KERNEL_REFERENCE_COUNT:
        return answer.value<cl_uint>(kernel->references);
      case CL_KERNEL_CONTEXT:
        return answer.value<cl_context>(kernel->program->context.get());
      case CL_KERNEL_PROGRAM:
        return answer.value<cl_program>(kernel->program.get());
      case CL_KERNEL_ATTRIBUTES:
        return answer.text("");
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

cl_int pclGetKernelArgInfo(cl_kernel kernel, cl_uint arg_indx, cl_kernel_arg_info param_name,
                           size_t param_value_size, void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    check(kernel, CL_INVALID_KERNEL);
    refuse_if(arg_indx >= kernel->builtin.parameters.size(), CL_INVALID_ARG_INDEX);
    const Parameter& parameter = kernel->builtin.parameters[arg_indx];
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_KERNEL_ARG_ADDRESS_QUALIFIER:
        return answer.value<cl_kernel_arg_address_qualifier>(
            parameter.is_buffer ? CL_KERNEL_ARG_ADDRESS_GLOBAL : CL_KERNEL_ARG_ADDRESS_PRIVATE);
      case CL_KERNEL_ARG_ACCESS_QUALIFIER:
        return answer.value<cl_kernel_arg_access_qualifier>(CL_KERNEL_ARG_ACCESS_NONE);
      case CL_KERNEL_ARG_TYPE_NAME:
        return answer.text(parameter.type);
      case CL_KERNEL_ARG_TYPE_QUALIFIER:
        return answer.value<cl_kernel_arg_type_qualifier>(parameter.is_const ? CL_KERNEL_ARG_TYPE_CONST
                                                                             : CL_KERNEL_ARG_TYPE_NONE);
      case CL_KERNEL_ARG_NAME:
        return answer.text(parameter.name);
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

cl_int pclGetKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info param_name,
                                 size_t param_value_size, void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    check(kernel, CL_INVALID_KERNEL);
    device_asked_for(*kernel, device);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_KERNEL_GLOBAL_WORK_SIZE:
        return answer.value(Range{1, 1, 1});
      case CL_KERNEL_WORK_GROUP_SIZE:
      case CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE:
        return answer.value<size_t>(1);
      case CL_KERNEL_COMPILE_WORK_GROUP_SIZE:
        return answer.value(Range{0, 0, 0});  // none is prescribed
      case CL_KERNEL_LOCAL_MEM_SIZE:
      case CL_KERNEL_PRIVATE_MEM_SIZE:
        return answer.value<cl_ulong>(0);
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

cl_int pclGetKernelSubGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_sub_group_info, size_t,
                                const void*, size_t, void*, size_t*) {
  return guard([&] {
    check(kernel, CL_INVALID_KERNEL);
    device_asked_for(*kernel, device);
    throw Error(CL_INVALID_OPERATION);  // no device has sub-groups
  });
}

cl_int pclGetKernelSubGroupInfoKHR(cl_kernel kernel, cl_device_id device, cl_kernel_sub_group_info name,
                                   size_t input_size, const void* input, size_t size, void* value,
                                   size_t* size_ret) {
  return pclGetKernelSubGroupInfo(kernel, device, name, input_size, input, size, value, size_ret);
}

cl_int pclGetKernelSuggestedLocalWorkSizeKHR(cl_command_queue command_queue, cl_kernel kernel,
                                             cl_uint work_dim, const size_t*, const size_t* global_work_size,
                                             size_t* suggested_local_work_size) {
  return guard([&] {
    check(command_queue, CL_INVALID_COMMAND_QUEUE);
    check(kernel, CL_INVALID_KERNEL);
    refuse_if(command_queue->context.get() != kernel->program->context.get(), CL_INVALID_CONTEXT);
    refuse_if(!kernel->runs_on(command_queue->device), CL_INVALID_PROGRAM_EXECUTABLE);
    kernel->snapshot();
    refuse_if(work_dim == 0 || work_dim > 3, CL_INVALID_WORK_DIMENSION);
    refuse_if(global_work_size == nullptr, CL_INVALID_GLOBAL_WORK_SIZE);
    refuse_if(suggested_local_work_size == nullptr, CL_INVALID_VALUE);
    for (size_t size : std::span(global_work_size, work_dim)) {
      refuse_if(size != 1, CL_INVALID_GLOBAL_WORK_SIZE);
    }
    std::fill_n(suggested_local_work_size, work_dim, 1);
  });
}

}  // namespace photic::opencl
