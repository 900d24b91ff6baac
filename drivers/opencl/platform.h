// SPDX-License-Identifier: Apache-2.0
// The platform: one a process, with the devices the environment names.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "drivers/opencl/device.h"

struct _cl_platform_id : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kPlatform;
  _cl_platform_id();

  /// Handles of all devices, in the order of their URIs.
  std::vector<cl_device_id> devices;

 private:
  std::deque<_cl_device_id> storage_;
};

namespace photic::opencl {

inline constexpr const char* kName = "Photic";
/// Of the platform and of every device.
inline constexpr const char* kVersionText = "OpenCL 3.0 Photic " PHOTIC_VERSION;

/// The only platform. It lives until the process ends.
_cl_platform_id& platform();

/// The platform's devices of a type, in order; the first one for CL_DEVICE_TYPE_DEFAULT. Throws
/// Error(CL_INVALID_DEVICE_TYPE).
std::vector<cl_device_id> devices_of_type(cl_device_type type);

/// Extensions of the platform and of every device: names with versions.
std::span<const cl_name_version> extensions();
/// Names out of a list, `separator` between them.
std::string names_of(std::span<const cl_name_version> list, char separator);

}  // namespace photic::opencl
