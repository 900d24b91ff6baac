// SPDX-License-Identifier: Apache-2.0
// cl_khr_command_buffer: recorded once, replayed as often as wanted.
#include "tests/conformance/opencl/commands/commands.h"

namespace photic::test {
namespace {

template <typename Function>
Function extension(const char* name) {
  auto* function = reinterpret_cast<Function>(clGetExtensionFunctionAddressForPlatform(platform(), name));
  EXPECT_NE(nullptr, function) << name;
  return function;
}

class CommandBuffersTest : public CommandsTest {
 protected:
  void TearDown() override {
    for (cl_command_buffer_khr buffer : recorded_) {
      EXPECT_EQ(CL_SUCCESS, release(buffer));
    }
    CommandsTest::TearDown();
  }
  cl_command_buffer_khr make(cl_command_queue queue, cl_command_buffer_flags_khr flags = 0) {
    const cl_command_buffer_properties_khr list[] = {CL_COMMAND_BUFFER_FLAGS_KHR, flags, 0};
    cl_int error = CL_INVALID_VALUE;
    cl_command_buffer_khr made = create(1, &queue, flags != 0 ? list : nullptr, &error);
    EXPECT_EQ(CL_SUCCESS, error);
    recorded_.push_back(made);
    return made;
  }
  cl_sync_point_khr add_kernel(cl_command_buffer_khr to, cl_kernel kernel,
                               const std::vector<cl_sync_point_khr>& after = {}) {
    const size_t one = 1;
    cl_sync_point_khr point = 0;
    EXPECT_EQ(CL_SUCCESS, kernel_command(to, nullptr, nullptr, kernel, 1, nullptr, &one, nullptr,
                                         static_cast<cl_uint>(after.size()),
                                         after.empty() ? nullptr : after.data(), &point, nullptr));
    return point;
  }
  cl_sync_point_khr add_fill(cl_command_buffer_khr to, cl_mem target, cl_uchar value, size_t offset,
                             size_t size, const std::vector<cl_sync_point_khr>& after = {}) {
    cl_sync_point_khr point = 0;
    EXPECT_EQ(CL_SUCCESS,
              fill_command(to, nullptr, target, &value, 1, offset, size, static_cast<cl_uint>(after.size()),
                           after.empty() ? nullptr : after.data(), &point, nullptr));
    return point;
  }
  cl_sync_point_khr add_copy(cl_command_buffer_khr to, cl_mem from, cl_mem target, size_t size,
                             const std::vector<cl_sync_point_khr>& after = {}) {
    cl_sync_point_khr point = 0;
    EXPECT_EQ(CL_SUCCESS,
              copy_command(to, nullptr, from, target, 0, 0, size, static_cast<cl_uint>(after.size()),
                           after.empty() ? nullptr : after.data(), &point, nullptr));
    return point;
  }
  cl_event replay(cl_command_buffer_khr buffer, const std::vector<cl_event>& after = {}) {
    cl_event event = nullptr;
    EXPECT_EQ(CL_SUCCESS, enqueue(0, nullptr, buffer, static_cast<cl_uint>(after.size()),
                                  after.empty() ? nullptr : after.data(), &event));
    return kept(event);
  }
  cl_command_buffer_state_khr state(cl_command_buffer_khr buffer) {
    return info<cl_command_buffer_state_khr>(query, buffer, CL_COMMAND_BUFFER_STATE_KHR);
  }

  const clCreateCommandBufferKHR_fn create =
      extension<clCreateCommandBufferKHR_fn>("clCreateCommandBufferKHR");
  const clFinalizeCommandBufferKHR_fn finalize =
      extension<clFinalizeCommandBufferKHR_fn>("clFinalizeCommandBufferKHR");
  const clRetainCommandBufferKHR_fn retain =
      extension<clRetainCommandBufferKHR_fn>("clRetainCommandBufferKHR");
  const clReleaseCommandBufferKHR_fn release =
      extension<clReleaseCommandBufferKHR_fn>("clReleaseCommandBufferKHR");
  const clEnqueueCommandBufferKHR_fn enqueue =
      extension<clEnqueueCommandBufferKHR_fn>("clEnqueueCommandBufferKHR");
  const clCommandBarrierWithWaitListKHR_fn barrier_command =
      extension<clCommandBarrierWithWaitListKHR_fn>("clCommandBarrierWithWaitListKHR");
  const clCommandCopyBufferKHR_fn copy_command =
      extension<clCommandCopyBufferKHR_fn>("clCommandCopyBufferKHR");
  const clCommandCopyBufferRectKHR_fn box_command =
      extension<clCommandCopyBufferRectKHR_fn>("clCommandCopyBufferRectKHR");
  const clCommandFillBufferKHR_fn fill_command =
      extension<clCommandFillBufferKHR_fn>("clCommandFillBufferKHR");
  const clCommandFillImageKHR_fn image_command = extension<clCommandFillImageKHR_fn>("clCommandFillImageKHR");
  const clCommandNDRangeKernelKHR_fn kernel_command =
      extension<clCommandNDRangeKernelKHR_fn>("clCommandNDRangeKernelKHR");
  const clGetCommandBufferInfoKHR_fn query =
      extension<clGetCommandBufferInfoKHR_fn>("clGetCommandBufferInfoKHR");

 private:
  std::vector<cl_command_buffer_khr> recorded_;
};

TEST_F(CommandBuffersTest, SayWhatTheyAre) {
  cl_command_queue commands = queue(opu_);
  cl_command_buffer_khr made = make(commands, CL_COMMAND_BUFFER_SIMULTANEOUS_USE_KHR);
  EXPECT_EQ(1U, info<cl_uint>(query, made, CL_COMMAND_BUFFER_NUM_QUEUES_KHR));
  EXPECT_EQ(commands, info<cl_command_queue>(query, made, CL_COMMAND_BUFFER_QUEUES_KHR));
  EXPECT_EQ(CL_SUCCESS, retain(made));
  EXPECT_EQ(2U, info<cl_uint>(query, made, CL_COMMAND_BUFFER_REFERENCE_COUNT_KHR));
  EXPECT_EQ(CL_SUCCESS, release(made));
  EXPECT_EQ((std::vector<cl_command_buffer_properties_khr>{CL_COMMAND_BUFFER_FLAGS_KHR,
                                                           CL_COMMAND_BUFFER_SIMULTANEOUS_USE_KHR, 0}),
            info_list<cl_command_buffer_properties_khr>(query, made, CL_COMMAND_BUFFER_PROPERTIES_ARRAY_KHR));
  EXPECT_EQ(CL_INVALID_VALUE, query(made, 0x1, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_COMMAND_BUFFER_KHR, query(nullptr, CL_COMMAND_BUFFER_STATE_KHR, 0, nullptr, nullptr));
}

TEST_F(CommandBuffersTest, AreRecordedThenExecutableThenPending) {
  cl_command_buffer_khr made = make(queue(opu_));
  EXPECT_EQ(cl_command_buffer_state_khr{CL_COMMAND_BUFFER_STATE_RECORDING_KHR}, state(made));
  EXPECT_EQ(CL_INVALID_OPERATION, enqueue(0, nullptr, made, 0, nullptr, nullptr));
  add_kernel(made, nop());
  EXPECT_EQ(CL_SUCCESS, finalize(made));
  EXPECT_EQ(CL_INVALID_OPERATION, finalize(made));
  EXPECT_EQ(cl_command_buffer_state_khr{CL_COMMAND_BUFFER_STATE_EXECUTABLE_KHR}, state(made));
  const size_t one = 1;
  EXPECT_EQ(CL_INVALID_OPERATION, kernel_command(made, nullptr, nullptr, nop(), 1, nullptr, &one, nullptr, 0,
                                                 nullptr, nullptr, nullptr));
  cl_event gate = user_event();
  cl_event done = replay(made, {gate});
  EXPECT_EQ(cl_command_type{CL_COMMAND_COMMAND_BUFFER_KHR},
            info<cl_command_type>(clGetEventInfo, done, CL_EVENT_COMMAND_TYPE));
  EXPECT_EQ(cl_command_buffer_state_khr{CL_COMMAND_BUFFER_STATE_PENDING_KHR}, state(made));
  EXPECT_EQ(CL_INVALID_OPERATION, enqueue(0, nullptr, made, 0, nullptr, nullptr)) << "no simultaneous use";
  set(gate);
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &done));
  EXPECT_EQ(cl_command_buffer_state_khr{CL_COMMAND_BUFFER_STATE_EXECUTABLE_KHR}, state(made));
  replay(made);
}

TEST_F(CommandBuffersTest, ReplayAsOftenAsWanted) {
  for (cl_command_queue_properties order : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue commands = queue(opu_, order);
    cl_command_buffer_khr made = make(commands, CL_COMMAND_BUFFER_SIMULTANEOUS_USE_KHR);
    for (int i = 0; i < 200; ++i) {
      add_kernel(made, nop());
    }
    EXPECT_EQ(CL_SUCCESS, finalize(made));
    std::vector<cl_event> ends;
    for (int i = 0; i < 30; ++i) {
      ends.push_back(replay(made));
    }
    EXPECT_EQ(CL_SUCCESS, clFinish(commands));
    for (cl_event end : ends) {
      EXPECT_EQ(CL_COMPLETE, status(end));
    }
  }
}

TEST_F(CommandBuffersTest, KeepTheOrderOfSyncPointsAndBarriers) {
  for (cl_command_queue_properties order : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue commands = queue(opu_, order);
    cl_mem first = buffer(64);
    cl_mem second = buffer(64);
    cl_mem third = buffer(64);
    cl_command_buffer_khr made = make(commands);
    const cl_sync_point_khr filled = add_fill(made, first, 7, 0, 64);
    const cl_sync_point_khr ran = add_kernel(made, nop(), {filled});
    add_copy(made, first, second, 64, {ran});
    EXPECT_EQ(CL_SUCCESS, barrier_command(made, nullptr, 0, nullptr, nullptr, nullptr));
    const size_t origin[3] = {};
    const size_t region[3] = {8, 8, 1};
    EXPECT_EQ(CL_SUCCESS, box_command(made, nullptr, second, third, origin, origin, region, 0, 0, 0, 0, 0,
                                      nullptr, nullptr, nullptr));
    EXPECT_EQ(CL_SUCCESS, finalize(made));
    for (int i = 0; i < 3; ++i) {
      const cl_uchar zero = 0;
      EXPECT_EQ(CL_SUCCESS, clEnqueueFillBuffer(commands, third, &zero, 1, 0, 64, 0, nullptr, nullptr));
      cl_event gate = user_event();
      cl_event done = replay(made, {gate});
      EXPECT_EQ(CL_QUEUED, status(done));
      set(gate);
      EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &done));
      EXPECT_EQ(Bytes(64, 7), read(commands, third, 0, 64));
    }
  }
}

TEST_F(CommandBuffersTest, DoNothingIfTheirWaitListFails) {
  cl_command_queue commands = queue(opu_);
  cl_mem target = buffer(16);
  cl_command_buffer_khr made = make(commands);
  add_fill(made, target, 7, 0, 16);
  add_kernel(made, nop());
  EXPECT_EQ(CL_SUCCESS, finalize(made));
  cl_event gate = user_event();
  cl_event done = replay(made, {gate});
  set(gate, -9);
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &done));
  EXPECT_EQ(Bytes(16), read(commands, target, 0, 16));
}

TEST_F(CommandBuffersTest, KeepWhatTheyUse) {
  cl_command_queue commands = queue(opu_);
  cl_mem kept_alive = clCreateBuffer(context_, 0, 16, nullptr, nullptr);
  cl_mem target = buffer(16);
  cl_command_buffer_khr made = make(commands);
  add_fill(made, kept_alive, 3, 0, 16);
  add_copy(made, kept_alive, target, 16);
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(kept_alive));
  EXPECT_EQ(CL_SUCCESS, finalize(made));
  replay(made);
  EXPECT_EQ(Bytes(16, 3), read(commands, target, 0, 16));
}

TEST_F(CommandBuffersTest, RefuseWhatMakesNoSense) {
  cl_command_queue commands = queue(opu_);
  cl_command_queue timed = queue(opu_, CL_QUEUE_PROFILING_ENABLE);
  cl_command_queue none = nullptr;
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, create(1, &none, nullptr, &error));
  EXPECT_EQ(CL_INVALID_COMMAND_QUEUE, error);
  EXPECT_EQ(nullptr, create(0, &commands, nullptr, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  const cl_command_buffer_properties_khr unknown[] = {0x9999, 1, 0};
  EXPECT_EQ(nullptr, create(1, &commands, unknown, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  cl_command_buffer_khr made = make(commands);
  const size_t one = 1;
  const cl_sync_point_khr missing = 5;
  EXPECT_EQ(CL_INVALID_SYNC_POINT_WAIT_LIST_KHR,
            kernel_command(made, nullptr, nullptr, nop(), 1, nullptr, &one, nullptr, 1, &missing, nullptr,
                           nullptr));
  EXPECT_EQ(CL_INVALID_SYNC_POINT_WAIT_LIST_KHR, kernel_command(made, nullptr, nullptr, nop(), 1, nullptr,
                                                                &one, nullptr, 1, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_COMMAND_QUEUE, kernel_command(made, commands, nullptr, nop(), 1, nullptr, &one,
                                                     nullptr, 0, nullptr, nullptr, nullptr));
  cl_mutable_command_khr handle = nullptr;
  EXPECT_EQ(CL_INVALID_VALUE, kernel_command(made, nullptr, nullptr, nop(), 1, nullptr, &one, nullptr, 0,
                                             nullptr, nullptr, &handle));
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS, kernel_command(made, nullptr, nullptr, kernel(opu_, "photic_opu_project"),
                                                   1, nullptr, &one, nullptr, 0, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT,
            copy_command(made, nullptr, nullptr, buffer(16), 0, 0, 1, 0, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT,
            image_command(made, nullptr, nullptr, nullptr, nullptr, nullptr, 0, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_SUCCESS, finalize(made));
  EXPECT_EQ(CL_INCOMPATIBLE_COMMAND_QUEUE_KHR, enqueue(1, &timed, made, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, enqueue(1, nullptr, made, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_COMMAND_BUFFER_KHR, enqueue(0, nullptr, nullptr, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_COMMAND_BUFFER_KHR, finalize(nullptr));
}

}  // namespace
}  // namespace photic::test
