// SPDX-License-Identifier: Apache-2.0
// Contexts: which devices they take, what they refuse, whom they tell, when they end. And devices that do not
// open.
#include <array>

#include "tests/conformance/opencl/fixture.h"

namespace photic::test {
namespace {

using Properties = std::vector<cl_context_properties>;

cl_context_properties as_property(const void* handle) {
  return reinterpret_cast<cl_context_properties>(handle);
}

// What clCreateContext answers for one device and these properties.
cl_int create_with(const Properties& properties) {
  cl_device_id device = opu();
  cl_int error = CL_SUCCESS;
  cl_context context = clCreateContext(properties.data(), 1, &device, nullptr, nullptr, &error);
  if (context != nullptr) {
    clReleaseContext(context);
  }
  return error;
}

using OpenClContext = OpenClTest;

TEST_F(OpenClContext, AnswersItsDevicesOnceEachAndInOrder) {
  const std::array<cl_device_id, 3> given{spu_, opu_, spu_};
  cl_int error = CL_INVALID_VALUE;
  cl_context context = clCreateContext(nullptr, given.size(), given.data(), nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ((std::vector<cl_device_id>{spu_, opu_}),
            info_list<cl_device_id>(clGetContextInfo, context, CL_CONTEXT_DEVICES));
  EXPECT_EQ(2U, info<cl_uint>(clGetContextInfo, context, CL_CONTEXT_NUM_DEVICES));
  EXPECT_TRUE(info_list<cl_context_properties>(clGetContextInfo, context, CL_CONTEXT_PROPERTIES).empty());
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context));
}

TEST_F(OpenClContext, AnswersThePropertiesItWasGiven) {
  const Properties given{CL_CONTEXT_PLATFORM, as_property(platform()), CL_CONTEXT_INTEROP_USER_SYNC, CL_TRUE,
                         0};
  cl_int error = CL_INVALID_VALUE;
  cl_context context = clCreateContext(given.data(), 1, &opu_, nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(given, info_list<cl_context_properties>(clGetContextInfo, context, CL_CONTEXT_PROPERTIES));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context));
}

TEST_F(OpenClContext, OfATypeHasEveryDeviceOfTheType) {
  const Properties properties{CL_CONTEXT_PLATFORM, as_property(platform()), 0};
  cl_int error = CL_INVALID_VALUE;
  cl_context context =
      clCreateContextFromType(properties.data(), CL_DEVICE_TYPE_CUSTOM, nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(all_, info_list<cl_device_id>(clGetContextInfo, context, CL_CONTEXT_DEVICES));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context));
  EXPECT_EQ(nullptr,
            clCreateContextFromType(properties.data(), CL_DEVICE_TYPE_GPU, nullptr, nullptr, &error));
  EXPECT_EQ(CL_DEVICE_NOT_FOUND, error);
  EXPECT_EQ(nullptr, clCreateContextFromType(properties.data(), 1U << 20, nullptr, nullptr, &error));
  EXPECT_EQ(CL_INVALID_DEVICE_TYPE, error);
}

TEST_F(OpenClContext, RefusesPropertiesThatDoNotExistComeTwiceOrNameNoPlatform) {
  const auto this_platform = as_property(platform());
  EXPECT_EQ(CL_SUCCESS, create_with({CL_CONTEXT_PLATFORM, this_platform, 0}));
  EXPECT_EQ(CL_SUCCESS, create_with({0}));
  EXPECT_EQ(CL_INVALID_PROPERTY, create_with({CL_CONTEXT_DEVICES, 1, 0}));
  EXPECT_EQ(CL_INVALID_PROPERTY, create_with({CL_CONTEXT_INTEROP_USER_SYNC, 7, 0}));
  EXPECT_EQ(CL_INVALID_PROPERTY,
            create_with({CL_CONTEXT_PLATFORM, this_platform, CL_CONTEXT_PLATFORM, this_platform, 0}));
  EXPECT_EQ(CL_INVALID_PLATFORM, create_with({CL_CONTEXT_PLATFORM, as_property(opu_), 0}));
  EXPECT_EQ(CL_INVALID_PLATFORM, create_with({CL_CONTEXT_PLATFORM, 0, 0}));
}

TEST_F(OpenClContext, RefusesListsWithoutDevicesAndHandlesThatAreNone) {
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, clCreateContext(nullptr, 0, &opu_, nullptr, nullptr, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  int data = 0;
  EXPECT_EQ(nullptr, clCreateContext(nullptr, 1, &opu_, nullptr, &data, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  for (cl_device_id wrong : {static_cast<cl_device_id>(nullptr), reinterpret_cast<cl_device_id>(context_),
                             reinterpret_cast<cl_device_id>(&data)}) {
    const std::array<cl_device_id, 2> list{opu_, wrong};
    EXPECT_EQ(nullptr, clCreateContext(nullptr, list.size(), list.data(), nullptr, nullptr, &error));
    EXPECT_EQ(CL_INVALID_DEVICE, error);
  }
}

TEST_F(OpenClContext, CountsReferences) {
  EXPECT_EQ(1U, info<cl_uint>(clGetContextInfo, context_, CL_CONTEXT_REFERENCE_COUNT));
  EXPECT_EQ(CL_SUCCESS, clRetainContext(context_));
  EXPECT_EQ(2U, info<cl_uint>(clGetContextInfo, context_, CL_CONTEXT_REFERENCE_COUNT));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context_));
  EXPECT_EQ(1U, info<cl_uint>(clGetContextInfo, context_, CL_CONTEXT_REFERENCE_COUNT));
}

TEST_F(OpenClContext, RefusesAHandleOfAnotherKindAndQueriesThatDoNotExist) {
  const auto wrong = reinterpret_cast<cl_context>(opu_);
  EXPECT_EQ(CL_INVALID_CONTEXT, clRetainContext(wrong));
  EXPECT_EQ(CL_INVALID_CONTEXT, clReleaseContext(wrong));
  EXPECT_EQ(CL_INVALID_CONTEXT, clGetContextInfo(wrong, CL_CONTEXT_DEVICES, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_CONTEXT, clSetContextDestructorCallback(
                                    wrong, [](cl_context, void*) {}, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clGetContextInfo(context_, CL_DEVICE_NAME, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clSetContextDestructorCallback(context_, nullptr, nullptr));
  cl_device_id one = nullptr;
  EXPECT_EQ(CL_INVALID_VALUE, clGetContextInfo(context_, CL_CONTEXT_DEVICES, sizeof(one), &one, nullptr));
}

TEST(OpenClContextEnd, CallsTheDestructorCallbacksLastOneFirstWhenNothingNeedsTheContext) {
  static std::string order;
  order.clear();
  cl_device_id device = opu();
  cl_int error = CL_INVALID_VALUE;
  cl_context context = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  static char first = '1';
  static char second = '2';
  const auto note = [](cl_context, void* data) { order += *static_cast<char*>(data); };
  EXPECT_EQ(CL_SUCCESS, clSetContextDestructorCallback(context, note, &first));
  EXPECT_EQ(CL_SUCCESS, clSetContextDestructorCallback(context, note, &second));
  cl_program program = clCreateProgramWithBuiltInKernels(context, 1, &device, "photic_nop", &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context));
  EXPECT_EQ("", order);  // the program needs it
  EXPECT_EQ(context, info<cl_context>(clGetProgramInfo, program, CL_PROGRAM_CONTEXT));
  EXPECT_EQ(CL_SUCCESS, clReleaseProgram(program));
  EXPECT_EQ("21", order);
}

TEST_F(OpenClContext, HasNoQueuesOnTheDevice) {
  EXPECT_EQ(CL_INVALID_OPERATION, clSetDefaultDeviceCommandQueue(context_, opu_, nullptr));
  EXPECT_EQ(CL_INVALID_DEVICE,
            clSetDefaultDeviceCommandQueue(context_, reinterpret_cast<cl_device_id>(context_), nullptr));
}

}  // namespace
}  // namespace photic::test
