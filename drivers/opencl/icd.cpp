// SPDX-License-Identifier: Apache-2.0
// What a loader finds in the library: the platform, and functions by their names.
#include <array>
#include <string_view>

#include "drivers/opencl/platform.h"

namespace photic::opencl {
namespace {

struct Function {
  std::string_view name;
  void* address;
};

// NOLINTBEGIN(cppcoreguidelines-macro-usage): one line a function
#define PHOTIC_OPENCL_FUNCTION(name) Function{"cl" #name, reinterpret_cast<void*>(&pcl##name)},
void* find(std::string_view name) {
  static const std::array functions{
      PHOTIC_OPENCL_EXTENSIONS(PHOTIC_OPENCL_FUNCTION)
      // By their names too: loaders that know no table ask for these.
      Function{"clIcdGetPlatformIDsKHR", reinterpret_cast<void*>(&pclGetPlatformIDs)},
      PHOTIC_OPENCL_FUNCTION(GetPlatformInfo) PHOTIC_OPENCL_FUNCTION(ResetDevicePHOTIC)};
  for (const Function& function : functions) {
    if (function.name == name) {
      return function.address;
    }
  }
  return nullptr;
}
#undef PHOTIC_OPENCL_FUNCTION
// NOLINTEND(cppcoreguidelines-macro-usage)

}  // namespace

void* pclGetExtensionFunctionAddress(const char* func_name) {
  return func_name != nullptr ? find(func_name) : nullptr;
}

void* pclGetExtensionFunctionAddressForPlatform(cl_platform_id platform_id, const char* func_name) {
  return valid(platform_id) ? pclGetExtensionFunctionAddress(func_name) : nullptr;
}

}  // namespace photic::opencl

// The exported names. They are those of the loader's own functions, so nothing inside may call them.
extern "C" {

__attribute__((visibility("default"))) void* clGetExtensionFunctionAddress(const char* func_name) {
  return photic::opencl::pclGetExtensionFunctionAddress(func_name);
}

__attribute__((visibility("default"))) cl_int clIcdGetPlatformIDsKHR(cl_uint num_entries,
                                                                     cl_platform_id* platforms,
                                                                     cl_uint* num_platforms) {
  return photic::opencl::pclGetPlatformIDs(num_entries, platforms, num_platforms);
}

__attribute__((visibility("default"))) cl_int clGetPlatformInfo(cl_platform_id platform_id,
                                                                cl_platform_info param_name,
                                                                size_t param_value_size, void* param_value,
                                                                size_t* param_value_size_ret) {
  return photic::opencl::pclGetPlatformInfo(platform_id, param_name, param_value_size, param_value,
                                            param_value_size_ret);
}

}  // extern "C"
