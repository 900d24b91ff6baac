// SPDX-License-Identifier: Apache-2.0
// Devices that do not open are listed, say so, and are kept out of contexts; open ones are shared and can be
// reset.
#define PHOTIC_OPENCL_TEST_DEVICES                                                 \
  "golden:opu?geometry=tiny  remote:/nonexistent/photic.sock\tno-such-target:opu " \
  "fault:vanish,command=1:golden:opu?geometry=tiny"
#include "drivers/api/photic.h"
#include "tests/conformance/opencl/fixture.h"

namespace photic::test {
namespace {

using Reset = clResetDevicePHOTIC_fn;

Reset reset_function() {
  return reinterpret_cast<Reset>(clGetExtensionFunctionAddressForPlatform(platform(), "clResetDevicePHOTIC"));
}

cl_bool available(cl_device_id device) {
  return info<cl_bool>(clGetDeviceInfo, device, CL_DEVICE_AVAILABLE);
}

cl_context context_with(const std::vector<cl_device_id>& list, cl_int* error) {
  return clCreateContext(nullptr, static_cast<cl_uint>(list.size()), list.data(), nullptr, nullptr, error);
}

// Runs photic_nop; the status its event ends with.
cl_int run_nop(cl_context context, cl_device_id device) {
  cl_int error = CL_SUCCESS;
  cl_program program = clCreateProgramWithBuiltInKernels(context, 1, &device, "photic_nop", &error);
  cl_kernel kernel = clCreateKernel(program, "photic_nop", &error);
  cl_command_queue queue = clCreateCommandQueueWithProperties(context, device, nullptr, &error);
  cl_event event = nullptr;
  EXPECT_EQ(CL_SUCCESS, clEnqueueTask(queue, kernel, 0, nullptr, &event));
  clWaitForEvents(1, &event);
  const auto status = info<cl_int>(clGetEventInfo, event, CL_EVENT_COMMAND_EXECUTION_STATUS);
  EXPECT_EQ(CL_SUCCESS, clReleaseEvent(event));
  EXPECT_EQ(CL_SUCCESS, clReleaseCommandQueue(queue));
  EXPECT_EQ(CL_SUCCESS, clReleaseKernel(kernel));
  EXPECT_EQ(CL_SUCCESS, clReleaseProgram(program));
  return status;
}

TEST(OpenClAvailability, EveryUriOfTheEnvironmentIsADevice) {
  ASSERT_EQ(4U, devices().size());
  EXPECT_EQ("remote:/nonexistent/photic.sock",
            info_text(clGetDeviceInfo, devices()[1], CL_DEVICE_URI_PHOTIC));
}

TEST(OpenClAvailability, ADeviceThatDoesNotOpenSaysSoAndWhy) {
  EXPECT_EQ(cl_bool{CL_TRUE}, available(devices()[0]));
  EXPECT_EQ(cl_bool{CL_FALSE}, available(devices()[1]));
  EXPECT_EQ(cl_bool{CL_FALSE}, available(devices()[2]));
  EXPECT_EQ(PHOTIC_NOT_FOUND, info<cl_int>(clGetDeviceInfo, devices()[1], CL_DEVICE_STATUS_PHOTIC));
  EXPECT_EQ(PHOTIC_INVALID_URI, info<cl_int>(clGetDeviceInfo, devices()[2], CL_DEVICE_STATUS_PHOTIC));
}

TEST(OpenClAvailability, ADeviceThatDoesNotOpenStillAnswersQueries) {
  EXPECT_EQ("Photic device", info_text(clGetDeviceInfo, devices()[1], CL_DEVICE_NAME));
  EXPECT_EQ("", info_text(clGetDeviceInfo, devices()[1], CL_DEVICE_BUILT_IN_KERNELS));
  EXPECT_EQ(0U, info<cl_uint>(clGetDeviceInfo, devices()[1], CL_DEVICE_KIND_PHOTIC));
}

TEST(OpenClAvailability, AContextWithADeviceThatDoesNotOpenFailsAndTellsTheDriversReason) {
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, context_with({devices()[0], devices()[1]}, &error));
  EXPECT_EQ(CL_DEVICE_NOT_AVAILABLE, error);
  std::string told;
  cl_device_id device = devices()[2];
  EXPECT_EQ(nullptr, clCreateContext(
                         nullptr, 1, &device,
                         [](const char* text, const void*, size_t, void* data) {
                           *static_cast<std::string*>(data) = text;
                         },
                         &told, &error));
  EXPECT_NE(std::string::npos, told.find("no-such-target")) << told;
}

TEST(OpenClAvailability, AContextOfATypeTakesTheDevicesThatOpen) {
  const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM,
                                              reinterpret_cast<cl_context_properties>(platform()), 0};
  cl_int error = CL_INVALID_VALUE;
  cl_context context = clCreateContextFromType(properties, CL_DEVICE_TYPE_ALL, nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ((std::vector<cl_device_id>{devices()[0], devices()[3]}),
            info_list<cl_device_id>(clGetContextInfo, context, CL_CONTEXT_DEVICES));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context));
}

TEST(OpenClAvailability, TwoContextsShareTheDeviceAndOneMayGoFirst) {
  cl_int error = CL_INVALID_VALUE;
  cl_context first = context_with({devices()[0]}, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  cl_context second = context_with({devices()[0]}, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(CL_COMPLETE, run_nop(first, devices()[0]));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(first));
  EXPECT_EQ(CL_COMPLETE, run_nop(second, devices()[0]));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(second));
}

TEST(OpenClAvailability, AnOpenDeviceIsResetAndWorksOn) {
  ASSERT_NE(nullptr, reset_function());
  EXPECT_EQ(CL_INVALID_DEVICE, reset_function()(nullptr));
  EXPECT_EQ(CL_INVALID_DEVICE, reset_function()(reinterpret_cast<cl_device_id>(platform())));
  EXPECT_EQ(CL_DEVICE_NOT_AVAILABLE, reset_function()(devices()[1]));
  cl_int error = CL_INVALID_VALUE;
  cl_context context = context_with({devices()[0]}, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(CL_COMPLETE, run_nop(context, devices()[0]));
  EXPECT_EQ(CL_SUCCESS, reset_function()(devices()[0]));
  EXPECT_EQ(CL_COMPLETE, run_nop(context, devices()[0]));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context));
}

TEST(OpenClAvailability, ADeviceThatWasLostIsOpenedAnewForTheNextContext) {
  cl_device_id mortal = devices()[3];  // gone at its second command
  cl_int error = CL_INVALID_VALUE;
  cl_context before = context_with({mortal}, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(CL_COMPLETE, run_nop(before, mortal));
  EXPECT_EQ(CL_OUT_OF_RESOURCES, run_nop(before, mortal));
  EXPECT_EQ(cl_bool{CL_FALSE}, available(mortal));
  EXPECT_EQ(PHOTIC_DEVICE_LOST, info<cl_int>(clGetDeviceInfo, mortal, CL_DEVICE_STATUS_PHOTIC));
  cl_context after = context_with({mortal}, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(cl_bool{CL_TRUE}, available(mortal));
  EXPECT_EQ(CL_COMPLETE, run_nop(after, mortal));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(after));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(before));
}

}  // namespace
}  // namespace photic::test
