// SPDX-License-Identifier: Apache-2.0
// What the platform says of itself, and which devices it lists.
#include <algorithm>
#include <sstream>

#include "tests/conformance/opencl/fixture.h"

namespace photic::test {
namespace {

// What clGetPlatformInfo answers for a size that is too small.
cl_int too_small(cl_platform_info name) {
  char byte = 0;
  return clGetPlatformInfo(platform(), name, 1, &byte, nullptr);
}

cl_uint count_of(cl_device_type type) {
  cl_uint count = 0;
  EXPECT_EQ(CL_SUCCESS, clGetDeviceIDs(platform(), type, 0, nullptr, &count));
  return count;
}

TEST(OpenClPlatform, SaysThatItIsAnEmbeddedPlatformOfVersionThree) {
  EXPECT_EQ("Photic", info_text(clGetPlatformInfo, platform(), CL_PLATFORM_VENDOR));
  EXPECT_EQ("EMBEDDED_PROFILE", info_text(clGetPlatformInfo, platform(), CL_PLATFORM_PROFILE));
  EXPECT_EQ(0U, info_text(clGetPlatformInfo, platform(), CL_PLATFORM_VERSION).find("OpenCL 3.0 "));
  EXPECT_EQ(CL_MAKE_VERSION(3, 0, 0),
            info<cl_version>(clGetPlatformInfo, platform(), CL_PLATFORM_NUMERIC_VERSION));
}

TEST(OpenClPlatform, HasNoHostTimer) {
  EXPECT_EQ(0U, info<cl_ulong>(clGetPlatformInfo, platform(), CL_PLATFORM_HOST_TIMER_RESOLUTION));
}

TEST(OpenClPlatform, ListsTheSameExtensionsWithAndWithoutVersionsAndOnEveryDevice) {
  const std::string names = info_text(clGetPlatformInfo, platform(), CL_PLATFORM_EXTENSIONS);
  std::istringstream words(names);
  std::vector<std::string> listed;
  for (std::string word; words >> word;) {
    listed.push_back(word);
  }
  for (const char* expected :
       {"cl_khr_icd", "cl_khr_extended_versioning", "cl_khr_create_command_queue",
        "cl_khr_suggested_local_work_size", "cl_khr_command_buffer", "cl_photic_device"}) {
    EXPECT_EQ(1, std::count(listed.begin(), listed.end(), expected)) << expected;
  }
  std::vector<std::string> versioned;
  for (const cl_name_version& entry :
       info_list<cl_name_version>(clGetPlatformInfo, platform(), CL_PLATFORM_EXTENSIONS_WITH_VERSION)) {
    versioned.emplace_back(entry.name);
    EXPECT_NE(0U, entry.version) << entry.name;
  }
  EXPECT_EQ(listed, versioned);
  for (cl_device_id device : devices()) {
    EXPECT_EQ(names, info_text(clGetDeviceInfo, device, CL_DEVICE_EXTENSIONS));
  }
}

TEST(OpenClPlatform, RefusesQueriesThatDoNotExistOrDoNotFit) {
  EXPECT_EQ(CL_INVALID_VALUE, clGetPlatformInfo(platform(), CL_DEVICE_NAME, 0, nullptr, nullptr));
  for (cl_platform_info name :
       {CL_PLATFORM_NAME, CL_PLATFORM_VERSION, CL_PLATFORM_EXTENSIONS, CL_PLATFORM_NUMERIC_VERSION,
        CL_PLATFORM_EXTENSIONS_WITH_VERSION, CL_PLATFORM_HOST_TIMER_RESOLUTION}) {
    EXPECT_EQ(CL_INVALID_VALUE, too_small(name)) << name;
  }
}

TEST(OpenClPlatform, RefusesAHandleOfAnotherKind) {
  const auto wrong = reinterpret_cast<cl_platform_id>(devices().front());
  EXPECT_EQ(CL_INVALID_PLATFORM, clGetPlatformInfo(wrong, CL_PLATFORM_NAME, 0, nullptr, nullptr));
  cl_uint count = 0;
  EXPECT_EQ(CL_INVALID_PLATFORM, clGetDeviceIDs(wrong, CL_DEVICE_TYPE_ALL, 0, nullptr, &count));
  EXPECT_EQ(CL_INVALID_PLATFORM, clUnloadPlatformCompiler(wrong));
  EXPECT_EQ(nullptr, clGetExtensionFunctionAddressForPlatform(wrong, "clResetDevicePHOTIC"));
}

TEST(OpenClPlatform, ListsEveryDeviceAsACustomOneAndTheFirstAsTheDefault) {
  EXPECT_EQ(2U, count_of(CL_DEVICE_TYPE_CUSTOM));
  EXPECT_EQ(2U, count_of(CL_DEVICE_TYPE_ALL));
  cl_device_id first = nullptr;
  cl_uint count = 0;
  EXPECT_EQ(CL_SUCCESS, clGetDeviceIDs(platform(), CL_DEVICE_TYPE_DEFAULT, 1, &first, &count));
  EXPECT_EQ(1U, count);
  EXPECT_EQ(devices().front(), first);
}

TEST(OpenClPlatform, HasNoDevicesOfOtherTypes) {
  cl_uint count = 7;
  EXPECT_EQ(CL_DEVICE_NOT_FOUND, clGetDeviceIDs(platform(), CL_DEVICE_TYPE_GPU, 0, nullptr, &count));
  EXPECT_EQ(CL_DEVICE_NOT_FOUND,
            clGetDeviceIDs(platform(), CL_DEVICE_TYPE_CPU | CL_DEVICE_TYPE_ACCELERATOR, 0, nullptr, &count));
  EXPECT_EQ(7U, count);
}

TEST(OpenClPlatform, RefusesTypesThatDoNotExistAndAnswersWithoutAPlace) {
  cl_device_id device = nullptr;
  cl_uint count = 0;
  EXPECT_EQ(CL_INVALID_DEVICE_TYPE, clGetDeviceIDs(platform(), 0, 1, &device, &count));
  EXPECT_EQ(CL_INVALID_DEVICE_TYPE, clGetDeviceIDs(platform(), 1U << 20, 1, &device, &count));
  EXPECT_EQ(CL_INVALID_VALUE, clGetDeviceIDs(platform(), CL_DEVICE_TYPE_ALL, 0, &device, &count));
  EXPECT_EQ(CL_INVALID_VALUE, clGetDeviceIDs(platform(), CL_DEVICE_TYPE_ALL, 0, nullptr, nullptr));
}

TEST(OpenClPlatform, StoresNoMoreDevicesThanThereIsRoomFor) {
  std::vector<cl_device_id> found(2, nullptr);
  cl_uint count = 0;
  EXPECT_EQ(CL_SUCCESS, clGetDeviceIDs(platform(), CL_DEVICE_TYPE_ALL, 1, found.data(), &count));
  EXPECT_EQ(2U, count);
  EXPECT_EQ(devices().front(), found[0]);
  EXPECT_EQ(nullptr, found[1]);
}

TEST(OpenClPlatform, UnloadsTheCompilerItDoesNotHave) {
  EXPECT_EQ(CL_SUCCESS, clUnloadPlatformCompiler(platform()));
}

}  // namespace
}  // namespace photic::test
