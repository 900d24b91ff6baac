// SPDX-License-Identifier: Apache-2.0
// How the platform is found: by a loader, by its symbols, by its table.
#include <CL/cl_icd.h>
#include <dlfcn.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include "tests/conformance/opencl/fixture.h"

namespace photic::test {
namespace {

std::string library() {
  std::ifstream file(std::string(PHOTIC_OPENCL_VENDORS) + "/photic.icd");
  std::string path;
  std::getline(file, path);
  return path;
}

// What a command prints.
std::string output_of(const std::string& command) {
  std::string text;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::array<char, 4096> part{};
  while (pipe && std::fgets(part.data(), part.size(), pipe.get())) {
    text += part.data();
  }
  return text;
}

// Symbols the library offers, without versions.
std::set<std::string> exported() {
  std::istringstream lines(output_of("nm --dynamic --defined-only --extern-only " + library()));
  std::set<std::string> names;
  for (std::string address, type, name; lines >> address >> type >> name;) {
    names.insert(name.substr(0, name.find('@')));
  }
  return names;
}

// The first word of every object.
const cl_icd_dispatch* table_of(const void* object) {
  return *static_cast<const cl_icd_dispatch* const*>(object);
}

TEST(OpenClLoading, TheLoaderFindsThePlatformByTheVendorFileOfTheBuildTree) {
  cl_platform_id found = platform();
  ASSERT_NE(nullptr, found);
  EXPECT_EQ("PHOTIC", info_text(clGetPlatformInfo, found, CL_PLATFORM_ICD_SUFFIX_KHR));
}

TEST(OpenClLoading, TheVendorFileNamesTheLibraryByAnAbsolutePath) {
  EXPECT_EQ('/', library().at(0));
  EXPECT_TRUE(std::ifstream(library()).good()) << library();
}

TEST(OpenClLoading, TheLibraryOffersWhatALoaderLooksForAndNothingElse) {
  const std::set<std::string> expected{"clGetExtensionFunctionAddress", "clIcdGetPlatformIDsKHR",
                                       "clGetPlatformInfo"};
  EXPECT_EQ(expected, exported());
}

TEST(OpenClLoading, TheLibraryNeedsNeitherSystemCNorALoader) {
  const std::string needed = output_of("ldd " + library());
  EXPECT_NE(std::string::npos, needed.find("libphotic.so")) << needed;
  EXPECT_EQ(std::string::npos, needed.find("systemc")) << needed;
  EXPECT_EQ(std::string::npos, needed.find("libOpenCL")) << needed;
  EXPECT_EQ(std::string::npos, needed.find("not found")) << needed;
}

TEST(OpenClLoading, NoSlotOfTheTableIsEmpty) {
  static_assert(sizeof(cl_icd_dispatch) % sizeof(void*) == 0);
  std::array<const void*, sizeof(cl_icd_dispatch) / sizeof(void*)> slots{};
  std::memcpy(slots.data(), table_of(platform()), sizeof(cl_icd_dispatch));
  for (size_t i = 0; i < slots.size(); ++i) {
    EXPECT_NE(nullptr, slots[i]) << "slot " << i;
  }
}

TEST(OpenClLoading, SlotsOfFunctionsThatThePlatformDoesNotHaveAnswer) {
  const cl_icd_dispatch& table = *table_of(platform());
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, table.clCreateFromGLBuffer(nullptr, 0, 0, &error));
  EXPECT_EQ(CL_INVALID_OPERATION, error);
  EXPECT_EQ(nullptr, table.clCreateFromEGLImageKHR(nullptr, nullptr, nullptr, 0, nullptr, &error));
  EXPECT_EQ(CL_INVALID_OPERATION, error);
  using AnyFunction = cl_int (*)();
  EXPECT_EQ(CL_INVALID_OPERATION, reinterpret_cast<AnyFunction>(table.clGetDeviceIDsFromD3D10KHR)());
  EXPECT_EQ(CL_INVALID_OPERATION, table.clRetainDeviceEXT(nullptr));
}

TEST(OpenClLoading, EveryObjectStartsWithTheSameTable) {
  const cl_icd_dispatch* table = table_of(platform());
  for (cl_device_id device : devices()) {
    EXPECT_EQ(table, table_of(device));
  }
}

TEST(OpenClLoading, TheLibraryWorksWithoutALoader) {
  const std::unique_ptr<void, int (*)(void*)> handle(dlopen(library().c_str(), RTLD_NOW | RTLD_LOCAL),
                                                     dlclose);
  ASSERT_NE(nullptr, handle) << dlerror();
  const auto address =
      reinterpret_cast<void* (*)(const char*)>(dlsym(handle.get(), "clGetExtensionFunctionAddress"));
  ASSERT_NE(nullptr, address);
  const auto platforms = reinterpret_cast<clIcdGetPlatformIDsKHR_fn>(address("clIcdGetPlatformIDsKHR"));
  ASSERT_NE(nullptr, platforms);
  cl_platform_id found = nullptr;
  cl_uint count = 0;
  EXPECT_EQ(CL_SUCCESS, platforms(1, &found, &count));
  EXPECT_EQ(1U, count);
  EXPECT_EQ(CL_INVALID_VALUE, platforms(0, &found, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, platforms(0, nullptr, nullptr));
  EXPECT_EQ(nullptr, address("clNoSuchFunction"));
  EXPECT_EQ(nullptr, address(nullptr));
}

TEST(OpenClLoading, ExtensionFunctionsAreFoundByName) {
  for (const char* name : {"clCreateCommandQueueWithPropertiesKHR", "clGetKernelSuggestedLocalWorkSizeKHR",
                           "clCreateCommandBufferKHR", "clResetDevicePHOTIC"}) {
    EXPECT_NE(nullptr, clGetExtensionFunctionAddressForPlatform(platform(), name)) << name;
  }
  EXPECT_EQ(nullptr, clGetExtensionFunctionAddressForPlatform(platform(), "clNoSuchFunction"));
  EXPECT_EQ(nullptr, clGetExtensionFunctionAddressForPlatform(platform(), ""));
}

}  // namespace
}  // namespace photic::test
