// SPDX-License-Identifier: Apache-2.0
// Makes contexts and answers for them.
#include "drivers/opencl/context.h"

#include <algorithm>

#include "drivers/opencl/info.h"
#include "drivers/opencl/platform.h"

namespace photic::opencl {
namespace {

std::vector<std::shared_ptr<OpenDevice>> open_all(const std::vector<cl_device_id>& devices) {
  std::vector<std::shared_ptr<OpenDevice>> open;
  for (cl_device_id device : devices) {
    open.push_back(device->open());
  }
  return open;
}

// The list up to its 0, with it. Throws for a platform that is none and for properties that do not exist.
std::vector<cl_context_properties> checked(const cl_context_properties* properties) {
  std::vector<cl_context_properties> list;
  if (properties == nullptr) {
    return list;
  }
  for (const cl_context_properties* at = properties; *at != 0; at += 2) {
    for (size_t i = 0; i < list.size(); i += 2) {
      refuse_if(list[i] == at[0], CL_INVALID_PROPERTY);
    }
    switch (at[0]) {
      case CL_CONTEXT_PLATFORM:
        refuse_if(!valid(reinterpret_cast<cl_platform_id>(at[1])), CL_INVALID_PLATFORM);
        break;
      case CL_CONTEXT_INTEROP_USER_SYNC:
        refuse_if(at[1] != CL_TRUE && at[1] != CL_FALSE, CL_INVALID_PROPERTY);
        break;
      default:
        throw Error(CL_INVALID_PROPERTY);
    }
    list.push_back(at[0]);
    list.push_back(at[1]);
  }
  list.push_back(0);
  return list;
}

}  // namespace
}  // namespace photic::opencl

using photic::opencl::Error;

_cl_context::_cl_context(std::vector<cl_device_id> context_devices,
                         std::vector<cl_context_properties> context_properties,
                         photic::opencl::ContextNotify notify, void* user_data)
    : Object(kKind),
      devices(std::move(context_devices)),
      properties(std::move(context_properties)),
      open_(photic::opencl::open_all(devices)),
      notify_(notify),
      user_data_(user_data) {}

_cl_context::~_cl_context() {
  for (auto at = destructors_.rbegin(); at != destructors_.rend(); ++at) {
    at->first(this, at->second);
  }
}

bool _cl_context::has(cl_device_id device) const {
  return std::find(devices.begin(), devices.end(), device) != devices.end();
}

const std::shared_ptr<photic::opencl::OpenDevice>& _cl_context::open_device(cl_device_id device) const {
  const auto at = std::find(devices.begin(), devices.end(), device);
  if (at == devices.end()) {
    throw Error(CL_INVALID_DEVICE);
  }
  return open_[static_cast<size_t>(at - devices.begin())];
}

void _cl_context::report(const std::string& text) const noexcept {
  if (notify_ != nullptr) {
    notify_(text.c_str(), nullptr, 0, user_data_);
  }
}

void _cl_context::add_destructor(photic::opencl::ContextDestructor callback, void* user_data) {
  const std::lock_guard lock(destructors_mutex_);
  destructors_.emplace_back(callback, user_data);
}

namespace photic::opencl {

cl_context pclCreateContext(const cl_context_properties* properties, cl_uint num_devices,
                            const cl_device_id* devices, ContextNotify pfn_notify, void* user_data,
                            cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&]() -> cl_context {
    auto list = checked(properties);
    refuse_if(devices == nullptr || num_devices == 0, CL_INVALID_VALUE);
    refuse_if(pfn_notify == nullptr && user_data != nullptr, CL_INVALID_VALUE);
    std::vector<cl_device_id> chosen;
    for (cl_uint i = 0; i < num_devices; ++i) {
      check(devices[i], CL_INVALID_DEVICE);
      if (std::find(chosen.begin(), chosen.end(), devices[i]) == chosen.end()) {
        chosen.push_back(devices[i]);
      }
    }
    try {
      return new _cl_context(std::move(chosen), std::move(list), pfn_notify, user_data);
    } catch (const Error& error) {
      // There is no context yet to report it, and the code alone does not say what to do.
      if (pfn_notify != nullptr) {
        pfn_notify(error.what(), nullptr, 0, user_data);
      }
      throw;
    }
  });
}

cl_context pclCreateContextFromType(const cl_context_properties* properties, cl_device_type device_type,
                                    ContextNotify pfn_notify, void* user_data, cl_int* errcode_ret) {
  return guard_create(errcode_ret, [&] {
    auto list = checked(properties);
    refuse_if(pfn_notify == nullptr && user_data != nullptr, CL_INVALID_VALUE);
    auto found = devices_of_type(device_type);
    refuse_if(found.empty(), CL_DEVICE_NOT_FOUND);
    std::erase_if(found, [](cl_device_id device) { return device->status() != PHOTIC_OK; });
    refuse_if(found.empty(), CL_DEVICE_NOT_AVAILABLE);
    return new _cl_context(std::move(found), std::move(list), pfn_notify, user_data);
  });
}

cl_int pclRetainContext(cl_context context) {
  return retain(context, CL_INVALID_CONTEXT);
}

cl_int pclReleaseContext(cl_context context) {
  return release(context, CL_INVALID_CONTEXT);
}

cl_int pclSetContextDestructorCallback(cl_context context, ContextDestructor pfn_notify, void* user_data) {
  return guard([&] {
    check(context, CL_INVALID_CONTEXT);
    refuse_if(pfn_notify == nullptr, CL_INVALID_VALUE);
    context->add_destructor(pfn_notify, user_data);
  });
}

cl_int pclGetContextInfo(cl_context context, cl_context_info param_name, size_t param_value_size,
                         void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    check(context, CL_INVALID_CONTEXT);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_CONTEXT_REFERENCE_COUNT:
        return answer.value<cl_uint>(context->references);
      case CL_CONTEXT_NUM_DEVICES:
        return answer.value(static_cast<cl_uint>(context->devices.size()));
      case CL_CONTEXT_DEVICES:
        return answer.list(context->devices);
      case CL_CONTEXT_PROPERTIES:
        return answer.list(context->properties);
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

cl_int pclSetDefaultDeviceCommandQueue(cl_context context, cl_device_id device, cl_command_queue) {
  return guard([&] {
    check(context, CL_INVALID_CONTEXT);
    refuse_if(!valid(device) || !context->has(device), CL_INVALID_DEVICE);
    throw Error(CL_INVALID_OPERATION);  // no device has queues of its own
  });
}

}  // namespace photic::opencl
