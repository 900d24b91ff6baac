// SPDX-License-Identifier: Apache-2.0
// The platform, its devices out of the environment, and what it says of itself.
#include "drivers/opencl/platform.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <string>

#include "drivers/opencl/cl_photic.h"
#include "drivers/opencl/info.h"

namespace {

constexpr const char* kDefaultDevices = "golden:opu golden:spu";

}  // namespace

_cl_platform_id::_cl_platform_id() : Object(kKind) {
  const char* named = std::getenv("PHOTIC_OPENCL_DEVICES");
  std::istringstream uris(named != nullptr ? named : kDefaultDevices);
  for (std::string uri; uris >> uri;) {
    devices.push_back(&storage_.emplace_back(std::move(uri)));
  }
}

namespace photic::opencl {
namespace {

cl_name_version extension(std::string_view name, cl_version version) {
  cl_name_version entry{};
  entry.version = version;
  name.copy(entry.name, sizeof(entry.name) - 1);
  return entry;
}

}  // namespace

_cl_platform_id& platform() {
  // Never destroyed: programs use devices while the process ends.
  static auto* const only = new _cl_platform_id;
  return *only;
}

std::vector<cl_device_id> devices_of_type(cl_device_type type) {
  constexpr cl_device_type kKnown = CL_DEVICE_TYPE_DEFAULT | CL_DEVICE_TYPE_CPU | CL_DEVICE_TYPE_GPU |
                                    CL_DEVICE_TYPE_ACCELERATOR | CL_DEVICE_TYPE_CUSTOM;
  refuse_if(type != CL_DEVICE_TYPE_ALL && (type == 0 || (type & ~kKnown) != 0), CL_INVALID_DEVICE_TYPE);
  const auto& all = platform().devices;
  if ((type & CL_DEVICE_TYPE_CUSTOM) != 0) {
    return all;
  }
  const bool first = (type & CL_DEVICE_TYPE_DEFAULT) != 0 && !all.empty();
  return {all.begin(), all.begin() + (first ? 1 : 0)};
}

std::span<const cl_name_version> extensions() {
  static const std::array list{
      extension("cl_khr_icd", CL_MAKE_VERSION(1, 0, 0)),
      extension("cl_khr_extended_versioning", CL_MAKE_VERSION(1, 0, 0)),
      extension("cl_khr_create_command_queue", CL_MAKE_VERSION(1, 0, 0)),
      extension("cl_khr_command_buffer", CL_MAKE_VERSION(0, 9, 0)),
      extension("cl_khr_suggested_local_work_size", CL_MAKE_VERSION(1, 0, 0)),
      extension(CL_PHOTIC_DEVICE_EXTENSION_NAME, CL_MAKE_VERSION(1, 0, 0)),
  };
  return list;
}

std::string names_of(std::span<const cl_name_version> list, char separator) {
  return joined(list, separator, [](const cl_name_version& entry) { return entry.name; });
}

cl_int pclGetPlatformIDs(cl_uint num_entries, cl_platform_id* platforms, cl_uint* num_platforms) {
  return guard([&] {
    refuse_if(num_entries == 0 && platforms != nullptr, CL_INVALID_VALUE);
    refuse_if(platforms == nullptr && num_platforms == nullptr, CL_INVALID_VALUE);
    if (platforms != nullptr) {
      *platforms = &platform();
    }
    if (num_platforms != nullptr) {
      *num_platforms = 1;
    }
  });
}

cl_int pclGetPlatformInfo(cl_platform_id platform_id, cl_platform_info param_name, size_t param_value_size,
                          void* param_value, size_t* param_value_size_ret) {
  return guard([&] {
    refuse_if(platform_id != nullptr && !valid(platform_id), CL_INVALID_PLATFORM);
    const Answer answer(param_value_size, param_value, param_value_size_ret);
    switch (param_name) {
      case CL_PLATFORM_PROFILE:
        return answer.text("EMBEDDED_PROFILE");
      case CL_PLATFORM_VERSION:
        return answer.text(kVersionText);
      case CL_PLATFORM_NUMERIC_VERSION:
        return answer.value<cl_version>(CL_MAKE_VERSION(3, 0, 0));
      case CL_PLATFORM_NAME:
      case CL_PLATFORM_VENDOR:
        return answer.text(kName);
      case CL_PLATFORM_EXTENSIONS:
        return answer.text(names_of(extensions(), ' '));
      case CL_PLATFORM_EXTENSIONS_WITH_VERSION:
        return answer.list(extensions());
      case CL_PLATFORM_HOST_TIMER_RESOLUTION:
        return answer.value<cl_ulong>(0);
      case CL_PLATFORM_ICD_SUFFIX_KHR:
        return answer.text("PHOTIC");
      default:
        throw Error(CL_INVALID_VALUE);
    }
  });
}

cl_int pclUnloadPlatformCompiler(cl_platform_id platform_id) {
  return valid(platform_id) ? CL_SUCCESS : CL_INVALID_PLATFORM;
}

cl_int pclUnloadCompiler() {
  return CL_SUCCESS;
}

}  // namespace photic::opencl
