// SPDX-License-Identifier: Apache-2.0
// What the tests of the OpenCL platform share: the platform out of the build tree, behind the installed
// loader, with one small optical and one small spiking device.
#pragma once

#define CL_TARGET_OPENCL_VERSION 300
#define CL_USE_DEPRECATED_OPENCL_1_0_APIS
#define CL_USE_DEPRECATED_OPENCL_1_1_APIS
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#define CL_USE_DEPRECATED_OPENCL_2_0_APIS
#define CL_USE_DEPRECATED_OPENCL_2_1_APIS
#define CL_USE_DEPRECATED_OPENCL_2_2_APIS
#include <CL/cl.h>
#include <CL/cl_ext.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <type_traits>
#include <vector>

#include "drivers/opencl/cl_photic.h"

/// The devices of the platform, in tests that do not choose their own before this file.
#ifndef PHOTIC_OPENCL_TEST_DEVICES
#define PHOTIC_OPENCL_TEST_DEVICES "golden:opu?geometry=tiny&seed=7&noise=off golden:spu?geometry=tiny"
#endif

namespace photic::test {

/// The loader reads the environment at the first call: it is set before any test runs, where the caller has
/// not.
inline const bool kEnvironment = [] {
  setenv("OCL_ICD_VENDORS", PHOTIC_OPENCL_VENDORS, 0);
  setenv("PHOTIC_OPENCL_DEVICES", PHOTIC_OPENCL_TEST_DEVICES, 0);
  return true;
}();

/// The answer to a query as one value. Fails the test if the query fails or answers something of another
/// size.
template <typename T, typename Query, typename Object>
T info(Query query, Object object, cl_uint name) {
  T answer{};
  size_t size = 0;
  EXPECT_EQ(CL_SUCCESS, query(object, name, sizeof(T), &answer, &size)) << "query 0x" << std::hex << name;
  EXPECT_EQ(sizeof(T), size) << "query 0x" << std::hex << name;
  return answer;
}

/// As an array.
template <typename T, typename Query, typename Object>
std::vector<T> info_list(Query query, Object object, cl_uint name) {
  size_t size = 0;
  EXPECT_EQ(CL_SUCCESS, query(object, name, 0, nullptr, &size)) << "query 0x" << std::hex << name;
  EXPECT_EQ(0U, size % sizeof(T));
  std::vector<T> answer(size / sizeof(T));
  EXPECT_EQ(CL_SUCCESS, query(object, name, size, answer.data(), nullptr));
  return answer;
}

/// As text, which must end with its only zero.
template <typename Query, typename Object>
std::string info_text(Query query, Object object, cl_uint name) {
  const auto characters = info_list<char>(query, object, name);
  if (characters.empty() || characters.back() != '\0') {
    ADD_FAILURE() << "query 0x" << std::hex << name << " answers text without an end";
    return {};
  }
  return {characters.begin(), characters.end() - 1};
}

/// The platform named Photic; a machine may have others.
inline cl_platform_id platform() {
  cl_uint count = 0;
  clGetPlatformIDs(0, nullptr, &count);
  std::vector<cl_platform_id> platforms(count);
  clGetPlatformIDs(count, platforms.data(), nullptr);
  for (cl_platform_id candidate : platforms) {
    if (info_text(clGetPlatformInfo, candidate, CL_PLATFORM_NAME) == "Photic") {
      return candidate;
    }
  }
  ADD_FAILURE() << "the loader does not find the platform; OCL_ICD_VENDORS is "
                << std::getenv("OCL_ICD_VENDORS");
  return nullptr;
}

/// All devices of the platform.
inline std::vector<cl_device_id> devices() {
  cl_uint count = 0;
  EXPECT_EQ(CL_SUCCESS, clGetDeviceIDs(platform(), CL_DEVICE_TYPE_ALL, 0, nullptr, &count));
  std::vector<cl_device_id> all(count);
  EXPECT_EQ(CL_SUCCESS, clGetDeviceIDs(platform(), CL_DEVICE_TYPE_ALL, count, all.data(), nullptr));
  return all;
}

/// The first device of a kind (PHOTIC_KIND_*).
inline cl_device_id device_of_kind(cl_uint kind) {
  for (cl_device_id device : devices()) {
    if (info<cl_uint>(clGetDeviceInfo, device, CL_DEVICE_KIND_PHOTIC) == kind) {
      return device;
    }
  }
  ADD_FAILURE() << "no device of kind " << kind;
  return nullptr;
}
inline cl_device_id opu() {
  return device_of_kind(1);
}
inline cl_device_id spu() {
  return device_of_kind(2);
}

/// A context with every device and a program with every built-in kernel.
class OpenClTest : public testing::Test {
 protected:
  void SetUp() override {
    all_ = devices();
    opu_ = opu();
    spu_ = spu();
    cl_int error = CL_INVALID_VALUE;
    context_ =
        clCreateContext(nullptr, static_cast<cl_uint>(all_.size()), all_.data(), nullptr, nullptr, &error);
    ASSERT_EQ(CL_SUCCESS, error);
  }

  void TearDown() override {
    for (cl_kernel kernel : kernels_) {
      EXPECT_EQ(CL_SUCCESS, clReleaseKernel(kernel));
    }
    for (cl_program program : programs_) {
      EXPECT_EQ(CL_SUCCESS, clReleaseProgram(program));
    }
    for (cl_mem buffer : buffers_) {
      EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(buffer));
    }
    for (cl_command_queue queue : queues_) {
      EXPECT_EQ(CL_SUCCESS, clReleaseCommandQueue(queue));
    }
    EXPECT_EQ(CL_SUCCESS, clReleaseContext(context_));
  }

  /// Objects that the fixture releases.
  cl_command_queue queue(cl_device_id device, cl_command_queue_properties properties = 0) {
    cl_int error = CL_INVALID_VALUE;
    const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, properties, 0};
    cl_command_queue made = clCreateCommandQueueWithProperties(context_, device, list, &error);
    EXPECT_EQ(CL_SUCCESS, error);
    queues_.push_back(made);
    return made;
  }
  cl_mem buffer(size_t size, cl_mem_flags flags = CL_MEM_READ_WRITE, void* host = nullptr) {
    cl_int error = CL_INVALID_VALUE;
    cl_mem made = clCreateBuffer(context_, flags, size, host, &error);
    EXPECT_EQ(CL_SUCCESS, error);
    buffers_.push_back(made);
    return made;
  }
  cl_program program(cl_device_id device, const std::string& kernels) {
    cl_int error = CL_INVALID_VALUE;
    cl_program made = clCreateProgramWithBuiltInKernels(context_, 1, &device, kernels.c_str(), &error);
    EXPECT_EQ(CL_SUCCESS, error);
    programs_.push_back(made);
    return made;
  }
  cl_kernel kernel(cl_device_id device, const std::string& name) {
    cl_int error = CL_INVALID_VALUE;
    cl_kernel made = clCreateKernel(program(device, name), name.c_str(), &error);
    EXPECT_EQ(CL_SUCCESS, error);
    kernels_.push_back(made);
    return made;
  }
  /// A kernel with its arguments set in order: numbers (as uint) and memory objects.
  template <typename... Arguments>
  cl_kernel kernel_with(cl_device_id device, const std::string& name, Arguments... arguments) {
    cl_kernel made = kernel(device, name);
    cl_uint index = 0;
    (set(made, index++, arguments), ...);
    return made;
  }
  template <typename Value>
  static void set(cl_kernel kernel, cl_uint index, Value value) {
    if constexpr (std::is_same_v<Value, cl_mem>) {
      EXPECT_EQ(CL_SUCCESS, clSetKernelArg(kernel, index, sizeof(cl_mem), &value));
    } else {
      const auto number = static_cast<cl_uint>(value);
      EXPECT_EQ(CL_SUCCESS, clSetKernelArg(kernel, index, sizeof(cl_uint), &number));
    }
  }

  std::vector<cl_device_id> all_;
  cl_device_id opu_ = nullptr;
  cl_device_id spu_ = nullptr;
  cl_context context_ = nullptr;

 private:
  std::vector<cl_kernel> kernels_;
  std::vector<cl_program> programs_;
  std::vector<cl_mem> buffers_;
  std::vector<cl_command_queue> queues_;
};

}  // namespace photic::test
