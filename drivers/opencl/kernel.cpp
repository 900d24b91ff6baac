// SPDX-License-Identifier: Apache-2.0
// Makes kernels and sets their arguments.
#include "drivers/opencl/kernel.h"

#include <algorithm>
#include <cstring>

#include "drivers/opencl/memory.h"
#include "drivers/opencl/queue.h"

using photic::opencl::Argument;
using photic::opencl::Error;
using photic::opencl::Parameter;
using photic::opencl::refuse_if;

_cl_kernel::_cl_kernel(_cl_program& kernel_program, const photic::opencl::BuiltinKernel& kernel_builtin)
    : Object(kKind),
      program(&kernel_program),
      builtin(kernel_builtin),
      arguments_(builtin.parameters.size()) {}

_cl_kernel::_cl_kernel(_cl_kernel& original)
    : Object(kKind), program(original.program), builtin(original.builtin), arguments_(original.copy()) {}

std::vector<std::optional<Argument>> _cl_kernel::copy() {
  const std::lock_guard lock(mutex_);
  return arguments_;
}

std::vector<Argument> _cl_kernel::snapshot() {
  const auto now = copy();
  std::vector<Argument> arguments;
  for (size_t i = 0; i < now.size(); ++i) {
    refuse_if(!now[i], CL_INVALID_KERNEL_ARGS);
    const auto* memory = std::get_if<cl_mem>(&*now[i]);
    refuse_if(memory && !*memory && !builtin.parameters[i].may_be_null, CL_INVALID_KERNEL_ARGS);
    arguments.push_back(*now[i]);
  }
  return arguments;
}

bool _cl_kernel::runs_on(cl_device_id device) {
  if (!program->has(device)) {
    return false;
  }
  const auto facts = device->facts();
  return facts && builtin.runs_on(facts->capabilities.kind);
}

void _cl_kernel::set(cl_uint index, size_t size, const void* value) {
  refuse_if(index >= builtin.parameters.size(), CL_INVALID_ARG_INDEX);
  Argument argument;
  if (builtin.parameters[index].is_buffer) {
    // The size first: a pointer is only read where there is one.
    refuse_if(size != sizeof(cl_mem), CL_INVALID_ARG_SIZE);
    cl_mem memory = nullptr;
    if (value != nullptr) {
      std::memcpy(static_cast<void*>(&memory), value, sizeof(cl_mem));
    }
    const bool usable = memory == nullptr ||
                        (photic::opencl::valid(memory) && memory->context.get() == program->context.get());
    refuse_if(!usable, CL_INVALID_MEM_OBJECT);
    argument = memory;
  } else {
    refuse_if(value == nullptr, CL_INVALID_ARG_VALUE);
    refuse_if(size != sizeof(uint32_t), CL_INVALID_ARG_SIZE);
    uint32_t number = 0;
    std::memcpy(&number, value, sizeof(number));
    argument = number;
  }
  const std::lock_guard lock(mutex_);
  arguments_[index] = argument;
}

namespace photic::opencl {

cl_kernel pclCreateKernel(cl_program program, const char* kernel_name, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] {
    check(program, CL_INVALID_PROGRAM);
    refuse_if(!program->is_builtin(), CL_INVALID_PROGRAM_EXECUTABLE);
    refuse_if(kernel_name == nullptr, CL_INVALID_VALUE);
    const BuiltinKernel* kernel = find_builtin_kernel(kernel_name);
    const auto& known = program->kernels;
    refuse_if(std::find(known.begin(), known.end(), kernel) == known.end(), CL_INVALID_KERNEL_NAME);
    return new _cl_kernel(*program, *kernel);
  });
}

cl_int pclCreateKernelsInProgram(cl_program program, cl_uint num_kernels, cl_kernel* kernels,
                                 cl_uint* num_kernels_ret) {
  return guard([&] {
    check(program, CL_INVALID_PROGRAM);
    refuse_if(!program->is_builtin(), CL_INVALID_PROGRAM_EXECUTABLE);
    refuse_if(kernels != nullptr && num_kernels < program->kernels.size(), CL_INVALID_VALUE);
    if (kernels != nullptr) {
      std::transform(program->kernels.begin(), program->kernels.end(), kernels,
                     [&](const BuiltinKernel* kernel) { return new _cl_kernel(*program, *kernel); });
    }
    if (num_kernels_ret != nullptr) {
      *num_kernels_ret = static_cast<cl_uint>(program->kernels.size());
    }
  });
}

cl_kernel pclCloneKernel(cl_kernel source_kernel, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] { return new _cl_kernel(check(source_kernel, CL_INVALID_KERNEL)); });
}

cl_int pclRetainKernel(cl_kernel kernel) {
  return retain(kernel, CL_INVALID_KERNEL);
}

cl_int pclReleaseKernel(cl_kernel kernel) {
  return release(kernel, CL_INVALID_KERNEL);
}

cl_int pclSetKernelArg(cl_kernel kernel, cl_uint arg_index, size_t arg_size, const void* arg_value) {
  return guard([&] { check(kernel, CL_INVALID_KERNEL).set(arg_index, arg_size, arg_value); });
}

}  // namespace photic::opencl
