// SPDX-License-Identifier: Apache-2.0
// What programs say of themselves and of how they were built.
#include "drivers/opencl/info.h"
#include "drivers/opencl/program.h"

namespace photic::opencl {
cl_int pclGetProgramInfo(cl_program program, cl_program_info param_name, size_t param_value_size,
                         void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    check(program, CL_INVALID_PROGRAM);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_PROGRAM_REFERENCE_COUNT:
        return answer.value<cl_uint>(program->references);
      case CL_PROGRAM_CONTEXT:
        return answer.value<cl_context>(program->context.get());
      case CL_PROGRAM_NUM_DEVICES:
        return answer.value(static_cast<cl_uint>(program->devices.size()));
      case CL_PROGRAM_DEVICES:
        return answer.list(program->devices);
      case CL_PROGRAM_SOURCE:
        return answer.text(program->source);
      case CL_PROGRAM_IL:
        return answer.bytes(nullptr, 0);
      case CL_PROGRAM_BINARY_SIZES:
        return answer.list(std::vector<size_t>(program->devices.size(), 0));
      case CL_PROGRAM_BINARIES:  // the value says where they shall go; there are none
        return answer.nothing(program->devices.size() * sizeof(unsigned char*));
      case CL_PROGRAM_NUM_KERNELS:
        refuse_if(!program->is_builtin(), CL_INVALID_PROGRAM_EXECUTABLE);
        return answer.value(program->kernels.size());
      case CL_PROGRAM_KERNEL_NAMES:
        refuse_if(!program->is_builtin(), CL_INVALID_PROGRAM_EXECUTABLE);
        return answer.text(
            joined(program->kernels, ';', [](const BuiltinKernel* kernel) { return kernel->name; }));
      case CL_PROGRAM_SCOPE_GLOBAL_CTORS_PRESENT:
      case CL_PROGRAM_SCOPE_GLOBAL_DTORS_PRESENT:
        return answer.flag(false);
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

cl_int pclGetProgramBuildInfo(cl_program program, cl_device_id device, cl_program_build_info param_name,
                              size_t param_value_size, void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    check(program, CL_INVALID_PROGRAM);
    refuse_if(!program->has(device), CL_INVALID_DEVICE);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_PROGRAM_BUILD_STATUS:
        return answer.value<cl_build_status>(program->is_builtin() ? CL_BUILD_SUCCESS : CL_BUILD_NONE);
      case CL_PROGRAM_BUILD_OPTIONS:
      case CL_PROGRAM_BUILD_LOG:
        return answer.text("");
      case CL_PROGRAM_BINARY_TYPE:
        return answer.value<cl_program_binary_type>(program->is_builtin() ? CL_PROGRAM_BINARY_TYPE_EXECUTABLE
                                                                          : CL_PROGRAM_BINARY_TYPE_NONE);
      case CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE:
        return answer.value<size_t>(0);
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

}  // namespace photic::opencl
