// SPDX-License-Identifier: Apache-2.0
// Devices: opened for whoever uses them, known by their handles.
#include "drivers/opencl/device.h"

#include <unistd.h>

#include <algorithm>

#include "drivers/opencl/platform.h"

using photic::opencl::Error;

std::shared_ptr<photic::opencl::OpenDevice> _cl_device_id::open() {
  const std::lock_guard lock(mutex_);
  auto device = open_.lock();
  if (device && photic_device_status(device->native()) == PHOTIC_OK) {
    return device;
  }
  try {
    device = std::make_shared<photic::opencl::OpenDevice>(uri);
  } catch (const photic::Error& error) {
    refusal_ = error.status();
    throw Error(CL_DEVICE_NOT_AVAILABLE, error.what());
  }
  refusal_ = PHOTIC_OK;
  open_ = device;
  facts_ = device->facts();
  return device;
}

std::shared_ptr<photic::opencl::OpenDevice> _cl_device_id::joined() {
  const std::lock_guard lock(mutex_);
  return open_.lock();
}

std::optional<photic::opencl::DeviceFacts> _cl_device_id::facts() {
  {
    const std::lock_guard lock(mutex_);
    if (facts_) {
      return facts_;
    }
  }
  try {
    return open()->facts();
  } catch (const Error&) {
    return std::nullopt;
  }
}

photic_status _cl_device_id::status() {
  {
    const std::lock_guard lock(mutex_);
    if (const auto device = open_.lock()) {
      return photic_device_status(device->native());
    }
    if (facts_ && refusal_ == PHOTIC_OK) {
      return PHOTIC_OK;
    }
  }
  try {
    return photic_device_status(open()->native());
  } catch (const Error&) {
    const std::lock_guard lock(mutex_);
    return refusal_;
  }
}

namespace photic::opencl {

uint64_t memory_of_machine() {
  return static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGE_SIZE));
}

uint64_t largest_buffer() {
  return memory_of_machine() / 4;
}

cl_int pclGetDeviceIDs(cl_platform_id platform_id, cl_device_type device_type, cl_uint num_entries,
                       cl_device_id* devices, cl_uint* num_devices) {
  return guard([&] {
    refuse_if(platform_id != nullptr && !valid(platform_id), CL_INVALID_PLATFORM);
    const auto found = devices_of_type(device_type);
    refuse_if(num_entries == 0 && devices != nullptr, CL_INVALID_VALUE);
    refuse_if(devices == nullptr && num_devices == nullptr, CL_INVALID_VALUE);
    refuse_if(found.empty(), CL_DEVICE_NOT_FOUND);
    if (devices != nullptr) {
      std::copy_n(found.begin(), std::min<size_t>(num_entries, found.size()), devices);
    }
    if (num_devices != nullptr) {
      *num_devices = static_cast<cl_uint>(found.size());
    }
  });
}

// Devices are no sub-devices: they are not counted.
cl_int pclRetainDevice(cl_device_id device) {
  return valid(device) ? CL_SUCCESS : CL_INVALID_DEVICE;
}

cl_int pclReleaseDevice(cl_device_id device) {
  return valid(device) ? CL_SUCCESS : CL_INVALID_DEVICE;
}

cl_int pclCreateSubDevices(cl_device_id device, const cl_device_partition_property*, cl_uint, cl_device_id*,
                           cl_uint*) {
  return valid(device) ? CL_INVALID_VALUE : CL_INVALID_DEVICE;  // no way of partition is supported
}

// Simulated time does not follow the host's, so there is no pair of clocks to read.
cl_int pclGetDeviceAndHostTimer(cl_device_id device, cl_ulong*, cl_ulong*) {
  return valid(device) ? CL_INVALID_OPERATION : CL_INVALID_DEVICE;
}

cl_int pclGetHostTimer(cl_device_id device, cl_ulong*) {
  return valid(device) ? CL_INVALID_OPERATION : CL_INVALID_DEVICE;
}

cl_int pclResetDevicePHOTIC(cl_device_id device) {
  return guard([&] {
    check(device, CL_INVALID_DEVICE);
    const auto open = device->joined();
    refuse_if(!open, CL_DEVICE_NOT_AVAILABLE);
    refuse_if(photic_device_reset(open->native()) != PHOTIC_OK, CL_DEVICE_NOT_AVAILABLE);
  });
}

}  // namespace photic::opencl
