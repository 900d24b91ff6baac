// SPDX-License-Identifier: Apache-2.0
// Makes programs. Built-in kernels exist at once; everything that would need a compiler is refused.
#include "drivers/opencl/program.h"

#include <algorithm>
#include <span>
#include <sstream>

namespace photic::opencl {
namespace {

using BuildNotify = void(CL_CALLBACK*)(cl_program, void*);

std::vector<cl_device_id> checked_devices(const _cl_context& context, cl_uint count,
                                          const cl_device_id* list) {
  refuse_if(list == nullptr || count == 0, CL_INVALID_VALUE);
  const std::span devices(list, count);
  for (cl_device_id device : devices) {
    refuse_if(!valid(device) || !context.has(device), CL_INVALID_DEVICE);
  }
  return {devices.begin(), devices.end()};
}

bool any_has(const std::vector<cl_device_id>& devices, const BuiltinKernel& kernel) {
  return std::any_of(devices.begin(), devices.end(), [&](cl_device_id device) {
    const auto facts = device->facts();
    return facts && kernel.runs_on(facts->capabilities.kind);
  });
}

// What building, compiling and linking check alike. `devices` may be left out: all of the program's.
void check_build(const _cl_program& program, cl_uint count, const cl_device_id* devices, BuildNotify notify,
                 const void* user_data) {
  refuse_if((devices == nullptr) != (count == 0), CL_INVALID_VALUE);
  refuse_if(notify == nullptr && user_data != nullptr, CL_INVALID_VALUE);
  for (cl_device_id device : std::span(devices, count)) {
    refuse_if(!program.has(device), CL_INVALID_DEVICE);
  }
}

}  // namespace
}  // namespace photic::opencl

bool _cl_program::has(cl_device_id device) const {
  return std::find(devices.begin(), devices.end(), device) != devices.end();
}

namespace photic::opencl {

cl_program pclCreateProgramWithBuiltInKernels(cl_context context, cl_uint num_devices,
                                              const cl_device_id* device_list, const char* kernel_names,
                                              cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&]() -> cl_program {
    check(context, CL_INVALID_CONTEXT);
    refuse_if(kernel_names == nullptr, CL_INVALID_VALUE);
    const auto devices = checked_devices(*context, num_devices, device_list);
    std::vector<const BuiltinKernel*> kernels;
    std::istringstream names(kernel_names);
    for (std::string name; std::getline(names, name, ';');) {
      const BuiltinKernel* kernel = find_builtin_kernel(name);
      refuse_if(kernel == nullptr || !any_has(devices, *kernel), CL_INVALID_VALUE);
      if (std::find(kernels.begin(), kernels.end(), kernel) == kernels.end()) {
        kernels.push_back(kernel);
      }
    }
    refuse_if(kernels.empty(), CL_INVALID_VALUE);
    auto* program = new _cl_program(context);
    program->devices = devices;
    program->kernels = std::move(kernels);
    return program;
  });
}

cl_program pclCreateProgramWithSource(cl_context context, cl_uint count, const char** strings,
                                      const size_t* lengths, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&]() -> cl_program {
    check(context, CL_INVALID_CONTEXT);
    refuse_if(count == 0 || strings == nullptr, CL_INVALID_VALUE);
    std::string source;
    for (cl_uint i = 0; i < count; ++i) {
      refuse_if(strings[i] == nullptr, CL_INVALID_VALUE);
      const bool terminated = lengths == nullptr || lengths[i] == 0;
      source += terminated ? std::string(strings[i]) : std::string(strings[i], lengths[i]);
    }
    auto* program = new _cl_program(context);
    program->devices = context->devices;
    program->source = std::move(source);
    return program;
  });
}

cl_program pclCreateProgramWithBinary(cl_context context, cl_uint num_devices,
                                      const cl_device_id* device_list, const size_t* lengths,
                                      const unsigned char** binaries, cl_int* binary_status,
                                      cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&]() -> cl_program {
    check(context, CL_INVALID_CONTEXT);
    const auto devices = checked_devices(*context, num_devices, device_list);
    refuse_if(lengths == nullptr || binaries == nullptr, CL_INVALID_VALUE);
    cl_int worst = CL_INVALID_BINARY;  // no device takes any
    for (size_t i = 0; i < devices.size(); ++i) {
      const cl_int status = lengths[i] == 0 || binaries[i] == nullptr ? CL_INVALID_VALUE : CL_INVALID_BINARY;
      if (binary_status != nullptr) {
        binary_status[i] = status;
      }
      worst = status == CL_INVALID_VALUE ? status : worst;
    }
    throw Error(worst);
  });
}

cl_program pclCreateProgramWithIL(cl_context context, const void*, size_t, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&]() -> cl_program {
    check(context, CL_INVALID_CONTEXT);
    throw Error(CL_INVALID_OPERATION);  // no device takes an intermediate language
  });
}

cl_int pclRetainProgram(cl_program program) {
  return retain(program, CL_INVALID_PROGRAM);
}

cl_int pclReleaseProgram(cl_program program) {
  return release(program, CL_INVALID_PROGRAM);
}

cl_int pclBuildProgram(cl_program program, cl_uint num_devices, const cl_device_id* device_list, const char*,
                       BuildNotify pfn_notify, void* user_data) {
  return guard([&] {
    check(program, CL_INVALID_PROGRAM);
    check_build(*program, num_devices, device_list, pfn_notify, user_data);
    refuse_if(!program->is_builtin(), CL_COMPILER_NOT_AVAILABLE);
    if (pfn_notify != nullptr) {
      pfn_notify(program, user_data);
    }
  });
}

cl_int pclCompileProgram(cl_program program, cl_uint num_devices, const cl_device_id* device_list,
                         const char*, cl_uint num_input_headers, const cl_program* input_headers,
                         const char** header_include_names, BuildNotify pfn_notify, void* user_data) {
  return guard([&] {
    check(program, CL_INVALID_PROGRAM);
    check_build(*program, num_devices, device_list, pfn_notify, user_data);
    const bool headers = num_input_headers != 0;
    refuse_if(headers != (input_headers != nullptr) || headers != (header_include_names != nullptr),
              CL_INVALID_VALUE);
    refuse_if(program->is_builtin(), CL_INVALID_OPERATION);
    throw Error(CL_COMPILER_NOT_AVAILABLE);
  });
}

cl_program pclLinkProgram(cl_context context, cl_uint num_devices, const cl_device_id* device_list,
                          const char*, cl_uint num_input_programs, const cl_program* input_programs,
                          BuildNotify pfn_notify, void* user_data, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&]() -> cl_program {
    check(context, CL_INVALID_CONTEXT);
    refuse_if((device_list == nullptr) != (num_devices == 0), CL_INVALID_VALUE);
    refuse_if(num_input_programs == 0 || input_programs == nullptr, CL_INVALID_VALUE);
    for (cl_program program : std::span(input_programs, num_input_programs)) {
      check(program, CL_INVALID_PROGRAM);
    }
    for (cl_device_id device : std::span(device_list, num_devices)) {
      refuse_if(!valid(device) || !context->has(device), CL_INVALID_DEVICE);
    }
    refuse_if(pfn_notify == nullptr && user_data != nullptr, CL_INVALID_VALUE);
    throw Error(CL_LINKER_NOT_AVAILABLE);
  });
}

// Both are for programs of an intermediate language, which no device takes.
cl_int pclSetProgramReleaseCallback(cl_program program, BuildNotify, void*) {
  return valid(program) ? CL_INVALID_OPERATION : CL_INVALID_PROGRAM;
}

cl_int pclSetProgramSpecializationConstant(cl_program program, cl_uint, size_t, const void*) {
  return valid(program) ? CL_INVALID_OPERATION : CL_INVALID_PROGRAM;
}

}  // namespace photic::opencl
