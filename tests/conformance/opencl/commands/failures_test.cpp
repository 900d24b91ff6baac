// SPDX-License-Identifier: Apache-2.0
// Devices that fail: every wait ends, every failure is a negative status, the context's other devices go on.
#include <future>

#include "drivers/api/photic.h"
#include "tests/conformance/opencl/commands/commands.h"

namespace photic::test {
namespace {

// In the order of the platform's list. A fault starts anew whenever its device is opened.
enum Faulty : size_t { kHang = 2, kVanish, kReadError, kRingError, kLostInterrupt, kSlow };
constexpr const char* kDevices =
    "golden:opu?geometry=tiny golden:spu?geometry=tiny "
    "fault:hang,command=3:golden:opu?geometry=tiny&stall_ms=200 "
    "fault:vanish,command=3:golden:opu?geometry=tiny "
    "fault:dma_read_error,opcode=opu_project:golden:opu?geometry=tiny "
    "fault:ring_read_error,command=3:golden:opu?geometry=tiny "
    "fault:lost_interrupt,count=all:golden:opu?geometry=tiny "
    "fault:slow,us=3000:golden:opu?geometry=tiny";
const bool kChosen = [] { return setenv("PHOTIC_OPENCL_DEVICES", kDevices, 1) == 0; }();

class FailuresTest : public CommandsTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(kChosen);
    CommandsTest::SetUp();
  }
  // Seven NOPs, of which the fault hits the fourth.
  std::vector<cl_event> seven_nops(size_t device, cl_command_queue queue) {
    cl_kernel nothing = kernel(all_[device], "photic_nop");
    std::vector<cl_event> events;
    for (int i = 0; i < 7; ++i) {
      events.push_back(run(queue, nothing));
    }
    return events;
  }
  static void expect(const std::vector<cl_event>& events, size_t good, cl_int native) {
    for (size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(i < good ? CL_COMPLETE : CL_OUT_OF_RESOURCES, status(events[i])) << i;
      EXPECT_EQ(i < good ? PHOTIC_OK : native,
                info<cl_int>(clGetEventInfo, events[i], CL_EVENT_STATUS_PHOTIC))
          << i;
      EXPECT_EQ(i < good, info_text(clGetEventInfo, events[i], CL_EVENT_STATUS_TEXT_PHOTIC).empty());
    }
  }
  static cl_int reset(cl_device_id device) {
    const auto function = reinterpret_cast<clResetDevicePHOTIC_fn>(
        clGetExtensionFunctionAddressForPlatform(platform(), "clResetDevicePHOTIC"));
    return function != nullptr ? function(device) : CL_INVALID_OPERATION;
  }
};

TEST_F(FailuresTest, AHangEndsWhatItHitsAndNothingElse) {
  cl_device_id hanging = all_[kHang];
  cl_command_queue commands = queue(hanging);
  cl_command_queue spiking = queue(spu_);
  cl_mem target = buffer(16);
  const std::vector<cl_event> events = seven_nops(kHang, commands);
  cl_event dependent = marker(commands, {events.back()});
  const Bytes bytes = counted(16, 1);
  cl_event copied = write(commands, target, bytes);
  cl_event elsewhere = run(spiking, kernel(spu_, "photic_nop"));
  cl_event spread = run(spiking, kernel(spu_, "photic_nop"), {events.back()});
  EXPECT_EQ(CL_SUCCESS, clFinish(spiking));
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  expect(events, 3, PHOTIC_DEVICE_LOST);
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, status(dependent));
  EXPECT_EQ(CL_COMPLETE, status(copied));
  EXPECT_EQ(CL_COMPLETE, status(elsewhere));
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, status(spread));
  EXPECT_EQ(bytes, read(spiking, target, 0, 16));
}

TEST_F(FailuresTest, AResetBringsAHangingDeviceBack) {
  cl_device_id hanging = all_[kHang];
  cl_command_queue commands = queue(hanging);
  seven_nops(kHang, commands);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  cl_event while_lost = run(commands, kernel(hanging, "photic_nop"));
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &while_lost));
  EXPECT_EQ(CL_OUT_OF_RESOURCES, status(while_lost));
  EXPECT_EQ(PHOTIC_DEVICE_LOST, info<cl_int>(clGetDeviceInfo, hanging, CL_DEVICE_STATUS_PHOTIC));
  EXPECT_EQ(CL_SUCCESS, reset(hanging));
  const std::vector<cl_event> again = seven_nops(kHang, commands);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  expect(again, 7, PHOTIC_OK);
}

TEST_F(FailuresTest, AResetEndsCommandsInFlight) {
  cl_device_id hanging = all_[kHang];
  cl_command_queue commands = queue(hanging);
  const std::vector<cl_event> events = seven_nops(kHang, commands);
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(3, events.data()));
  EXPECT_EQ(CL_SUCCESS, reset(hanging));
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  expect(events, 3, PHOTIC_DEVICE_LOST);
}

TEST_F(FailuresTest, ACallbackHearsOfALostDevice) {
  std::promise<cl_int> told;
  const auto tell = [](cl_event, cl_int status, void* to) {
    static_cast<std::promise<cl_int>*>(to)->set_value(status);
  };
  cl_command_queue commands = queue(all_[kHang]);
  const std::vector<cl_event> events = seven_nops(kHang, commands);
  EXPECT_EQ(CL_SUCCESS, clSetEventCallback(events.back(), CL_COMPLETE, tell, &told));
  EXPECT_EQ(CL_OUT_OF_RESOURCES, told.get_future().get());
}

TEST_F(FailuresTest, ADeviceThatVanishesFailsItsCommandsForGood) {
  cl_device_id vanishing = all_[kVanish];
  cl_command_queue commands = queue(vanishing);
  const std::vector<cl_event> events = seven_nops(kVanish, commands);
  cl_mem target = buffer(16);
  const Bytes bytes = counted(16);
  write(commands, target, bytes);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_EQ(CL_OUT_OF_RESOURCES, status(events.back()));
  EXPECT_EQ(CL_DEVICE_NOT_AVAILABLE, reset(vanishing));
  EXPECT_EQ(bytes, read(commands, target, 0, 16)) << "the memory is the host's";
}

TEST_F(FailuresTest, AnErrorOnTheBusEndsItsCommandAlone) {
  cl_command_queue commands = queue(all_[kReadError]);
  cl_kernel project =
      kernel_with(all_[kReadError], "photic_opu_project", buffer(4096), buffer(4096), 10, 2,
                  uint32_t{PHOTIC_INPUT_U1}, 0, uint32_t{PHOTIC_SCHEME_INTENSITY},
                  uint32_t{PHOTIC_OUTPUT_I32}, 0, 0, 1, 0, 2, 40, 4, 0, 1, 0, 1, 0, 20, 1000, 0, 0);
  cl_event failed = run(commands, project);
  cl_event next = run(commands, project);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_EQ(CL_OUT_OF_RESOURCES, status(failed));
  EXPECT_EQ(PHOTIC_DMA_READ_ERROR, info<cl_int>(clGetEventInfo, failed, CL_EVENT_STATUS_PHOTIC));
  EXPECT_NE(0U, info<cl_ulong>(clGetEventInfo, failed, CL_EVENT_DETAIL_PHOTIC));
  EXPECT_EQ(CL_COMPLETE, status(next));
}

TEST_F(FailuresTest, ARingTheDeviceGaveUpEndsItsQueueUntilAReset) {
  cl_device_id failing = all_[kRingError];
  cl_command_queue commands = queue(failing);
  const std::vector<cl_event> events = seven_nops(kRingError, commands);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  expect(events, 3, PHOTIC_DMA_READ_ERROR);
  EXPECT_EQ(CL_SUCCESS, reset(failing));
  const std::vector<cl_event> again = seven_nops(kRingError, commands);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  expect(again, 7, PHOTIC_OK);
}

TEST_F(FailuresTest, LostInterruptsCostTimeOnly) {
  cl_command_queue commands = queue(all_[kLostInterrupt]);
  const std::vector<cl_event> events = seven_nops(kLostInterrupt, commands);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  expect(events, 7, PHOTIC_OK);
}

TEST_F(FailuresTest, ASlowDeviceHoldsNobodyElseUp) {
  cl_command_queue slow = queue(all_[kSlow], CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  const std::vector<cl_event> events = seven_nops(kSlow, slow);
  cl_mem target = buffer(16);
  const Bytes bytes = counted(16, 9);
  cl_event copied = write(slow, target, bytes);
  EXPECT_EQ(CL_COMPLETE, status(copied)) << "a copy does not wait for the device";
  EXPECT_EQ(CL_SUCCESS, clFinish(slow));
  expect(events, 7, PHOTIC_OK);
}

TEST_F(FailuresTest, EverythingMayBeReleasedWhileADeviceHangs) {
  cl_int error = CL_SUCCESS;
  cl_device_id hanging = all_[kHang];
  cl_context context = clCreateContext(nullptr, 1, &hanging, nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  cl_command_queue commands = clCreateCommandQueueWithProperties(context, hanging, nullptr, &error);
  cl_program program = clCreateProgramWithBuiltInKernels(context, 1, &hanging, "photic_nop", &error);
  cl_kernel nothing = clCreateKernel(program, "photic_nop", &error);
  cl_mem target = clCreateBuffer(context, 0, 16, nullptr, &error);
  std::promise<void> freed;
  const auto note = [](cl_mem, void* to) { static_cast<std::promise<void>*>(to)->set_value(); };
  EXPECT_EQ(CL_SUCCESS, clSetMemObjectDestructorCallback(target, note, &freed));
  const size_t one = 1;
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(CL_SUCCESS,
              clEnqueueNDRangeKernel(commands, nothing, 1, nullptr, &one, nullptr, 0, nullptr, nullptr));
  }
  const cl_uchar zero = 0;
  EXPECT_EQ(CL_SUCCESS, clEnqueueFillBuffer(commands, target, &zero, 1, 0, 16, 0, nullptr, nullptr));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(target));
  EXPECT_EQ(CL_SUCCESS, clReleaseKernel(nothing));
  EXPECT_EQ(CL_SUCCESS, clReleaseProgram(program));
  EXPECT_EQ(CL_SUCCESS, clReleaseCommandQueue(commands));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context));
  freed.get_future().wait();
}

TEST_F(FailuresTest, AProcessMayEndWithCommandsInFlight) {
  // The test's program is run anew up to here, as a process that leaves everything behind.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        cl_command_queue commands = queue(all_[kHang]);
        const std::vector<cl_event> events = seven_nops(kHang, commands);
        clSetEventCallback(
            events.back(), CL_COMPLETE, [](cl_event, cl_int, void*) {}, nullptr);
        marker(commands, {user_event()});
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace photic::test
