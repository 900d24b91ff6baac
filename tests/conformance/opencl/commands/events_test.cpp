// SPDX-License-Identifier: Apache-2.0
// Events: states, wait lists, failures that spread, events of the program's own, callbacks.
#include <future>
#include <mutex>
#include <thread>

#include "tests/conformance/opencl/commands/commands.h"

namespace photic::test {
namespace {

using EventsTest = CommandsTest;

TEST_F(EventsTest, SayWhatTheyBelongTo) {
  cl_command_queue commands = queue(opu_);
  cl_event event = run(commands, nop());
  EXPECT_EQ(commands, info<cl_command_queue>(clGetEventInfo, event, CL_EVENT_COMMAND_QUEUE));
  EXPECT_EQ(context_, info<cl_context>(clGetEventInfo, event, CL_EVENT_CONTEXT));
  EXPECT_EQ(cl_command_type{CL_COMMAND_NDRANGE_KERNEL},
            info<cl_command_type>(clGetEventInfo, event, CL_EVENT_COMMAND_TYPE));
  EXPECT_EQ(1U, info<cl_uint>(clGetEventInfo, event, CL_EVENT_REFERENCE_COUNT));
  EXPECT_EQ(CL_SUCCESS, clRetainEvent(event));
  EXPECT_EQ(2U, info<cl_uint>(clGetEventInfo, event, CL_EVENT_REFERENCE_COUNT));
  EXPECT_EQ(CL_SUCCESS, clReleaseEvent(event));
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_EQ(CL_COMPLETE, status(event));
  EXPECT_EQ(CL_INVALID_VALUE, clGetEventInfo(event, 0x1234, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_EVENT, clGetEventInfo(nullptr, CL_EVENT_CONTEXT, 0, nullptr, nullptr));
}

TEST_F(EventsTest, OfTheProgramsOwnHaveNoQueueAndEndWhenItSaysSo) {
  cl_event event = user_event();
  EXPECT_EQ(nullptr, info<cl_command_queue>(clGetEventInfo, event, CL_EVENT_COMMAND_QUEUE));
  EXPECT_EQ(cl_command_type{CL_COMMAND_USER},
            info<cl_command_type>(clGetEventInfo, event, CL_EVENT_COMMAND_TYPE));
  EXPECT_EQ(CL_SUBMITTED, status(event));
  EXPECT_EQ(CL_INVALID_VALUE, clSetUserEventStatus(event, CL_RUNNING));
  EXPECT_EQ(CL_SUBMITTED, status(event));
  set(event);
  EXPECT_EQ(CL_COMPLETE, status(event));
  EXPECT_EQ(CL_INVALID_OPERATION, clSetUserEventStatus(event, CL_COMPLETE));
  cl_event command = run(queue(opu_), nop());
  EXPECT_EQ(CL_INVALID_EVENT, clSetUserEventStatus(command, CL_COMPLETE));
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, clCreateUserEvent(nullptr, &error));
  EXPECT_EQ(CL_INVALID_CONTEXT, error);
}

TEST_F(EventsTest, HoldCommandsBackUntilTheyEnd) {
  for (cl_command_queue_properties order : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue commands = queue(opu_, order);
    cl_mem target = buffer(16);
    cl_event gate = user_event();
    const Bytes bytes = counted(16, 7);
    cl_event copied = write(commands, target, bytes, 0, {gate});
    cl_event kernel = run(commands, nop(), {copied});
    cl_event after = marker(commands, {kernel});
    EXPECT_EQ(CL_SUCCESS, clFlush(commands));
    EXPECT_EQ(CL_QUEUED, status(copied));
    EXPECT_EQ(CL_QUEUED, status(kernel));
    EXPECT_EQ(CL_QUEUED, status(after));
    set(gate);
    EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &after));
    EXPECT_EQ(CL_COMPLETE, status(copied));
    EXPECT_EQ(CL_COMPLETE, status(kernel));
    EXPECT_EQ(bytes, read(commands, target, 0, 16));
  }
}

TEST_F(EventsTest, LetCommandsOfOtherDevicesWait) {
  cl_command_queue optical = queue(opu_);
  cl_command_queue spiking = queue(spu_);
  cl_kernel spiking_nop = kernel(spu_, "photic_nop");
  cl_event gate = user_event();
  cl_event first = run(optical, nop(), {gate});
  cl_event second = run(spiking, spiking_nop, {first});
  cl_event third = run(optical, nop(), {second});
  EXPECT_EQ(CL_QUEUED, status(third));
  set(gate);
  EXPECT_EQ(CL_SUCCESS, clFinish(optical));
  EXPECT_EQ(CL_COMPLETE, status(second));
  EXPECT_EQ(CL_COMPLETE, status(third));
}

TEST_F(EventsTest, ThatFailMakeWhatWaitsForThemFail) {
  cl_command_queue commands = queue(opu_, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_mem target = buffer(16);
  cl_event gate = user_event();
  cl_event copied = write(commands, target, counted(16, 1), 0, {gate});
  cl_event kernel = run(commands, nop(), {copied});
  cl_event independent = run(commands, nop());
  set(gate, -77);
  EXPECT_EQ(-77, status(gate));
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, status(copied));
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, status(kernel));
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &kernel));
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &independent));
  EXPECT_EQ(Bytes(16), read(commands, target, 0, 16)) << "a command ran whose wait list failed";
  // What is enqueued later sees the failure too.
  cl_event late = marker(commands, {gate});
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, status(late));
}

TEST_F(EventsTest, ThatFailDoNotStopTheirQueue) {
  cl_command_queue commands = queue(opu_);
  cl_event gate = user_event();
  cl_event failed = run(commands, nop(), {gate});
  cl_event next = run(commands, nop());
  cl_event last = marker(commands);
  set(gate, -1);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, status(failed));
  EXPECT_EQ(CL_COMPLETE, status(next));
  EXPECT_EQ(CL_COMPLETE, status(last));
}

TEST_F(EventsTest, ThatFailEndBlockingCallsWithAnError) {
  cl_command_queue commands = queue(opu_);
  cl_mem source = buffer(16);
  cl_event gate = user_event();
  set(gate, -1);
  Bytes bytes(16, 9);
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
            clEnqueueReadBuffer(commands, source, CL_TRUE, 0, 16, bytes.data(), 1, &gate, nullptr));
  EXPECT_EQ(Bytes(16, 9), bytes);
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr,
            clEnqueueMapBuffer(commands, source, CL_TRUE, CL_MAP_READ, 0, 16, 1, &gate, nullptr, &error));
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, error);
  EXPECT_EQ(0U, info<cl_uint>(clGetMemObjectInfo, source, CL_MEM_MAP_COUNT));
}

TEST_F(EventsTest, WaitListsAreChecked) {
  cl_command_queue commands = queue(opu_);
  cl_event gate = user_event();
  cl_event none = nullptr;
  EXPECT_EQ(CL_INVALID_EVENT_WAIT_LIST, clEnqueueMarkerWithWaitList(commands, 1, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_EVENT_WAIT_LIST, clEnqueueMarkerWithWaitList(commands, 0, &gate, nullptr));
  EXPECT_EQ(CL_INVALID_EVENT_WAIT_LIST, clEnqueueMarkerWithWaitList(commands, 1, &none, nullptr));
  cl_int error = CL_SUCCESS;
  cl_context other = clCreateContext(nullptr, 1, &opu_, nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  cl_event foreign = clCreateUserEvent(other, &error);
  EXPECT_EQ(CL_INVALID_CONTEXT, clEnqueueMarkerWithWaitList(commands, 1, &foreign, nullptr));
  const cl_event mixed[] = {gate, foreign};
  EXPECT_EQ(CL_INVALID_CONTEXT, clWaitForEvents(2, mixed));
  EXPECT_EQ(CL_INVALID_VALUE, clWaitForEvents(0, &gate));
  EXPECT_EQ(CL_INVALID_VALUE, clWaitForEvents(1, nullptr));
  EXPECT_EQ(CL_INVALID_EVENT, clWaitForEvents(1, &none));
  EXPECT_EQ(CL_SUCCESS, clReleaseEvent(foreign));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(other));
}

TEST_F(EventsTest, AreSetByOneThreadWhileAnotherWaits) {
  cl_command_queue commands = queue(spu_);
  cl_event gate = user_event();
  cl_event last = run(commands, kernel(spu_, "photic_nop"), {gate});
  std::promise<void> waiting;
  std::thread setter([&] {
    waiting.get_future().wait();
    set(gate);
  });
  waiting.set_value();
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &last));
  setter.join();
}

// Statuses an event's callbacks were called with, in order.
struct Calls {
  std::mutex mutex;
  std::vector<cl_int> statuses;
  std::promise<void> ended;

  static void CL_CALLBACK note(cl_event /*event*/, cl_int status, void* calls) {
    auto& self = *static_cast<Calls*>(calls);
    {
      const std::lock_guard lock(self.mutex);
      self.statuses.push_back(status);
    }
    // The last thing: the test may be over with it.
    if (status <= CL_COMPLETE) {
      self.ended.set_value();
    }
  }
};

TEST_F(EventsTest, CallBackOnceForEachStateInOrder) {
  for (const bool native : {true, false}) {
    cl_command_queue commands = queue(opu_);
    cl_mem target = buffer(16);
    const Bytes bytes = counted(16);
    cl_event gate = user_event();
    cl_event event = native ? run(commands, nop(), {gate}) : write(commands, target, bytes, 0, {gate});
    Calls calls;
    for (cl_int state : {CL_COMPLETE, CL_RUNNING, CL_SUBMITTED}) {
      EXPECT_EQ(CL_SUCCESS, clSetEventCallback(event, state, Calls::note, &calls));
    }
    EXPECT_TRUE(calls.statuses.empty());
    set(gate);
    // Nobody waits for the command: it is seen to end all the same.
    calls.ended.get_future().wait();
    EXPECT_EQ((std::vector<cl_int>{CL_SUBMITTED, CL_RUNNING, CL_COMPLETE}), calls.statuses);
  }
}

TEST_F(EventsTest, CallBackWithTheErrorOfACommandThatFailed) {
  cl_event gate = user_event();
  cl_event event = run(queue(opu_), nop(), {gate});
  Calls of_gate;
  Calls of_command;
  EXPECT_EQ(CL_SUCCESS, clSetEventCallback(gate, CL_COMPLETE, Calls::note, &of_gate));
  EXPECT_EQ(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, Calls::note, &of_command));
  set(gate, -5);
  of_command.ended.get_future().wait();
  EXPECT_EQ(std::vector<cl_int>{-5}, of_gate.statuses);
  EXPECT_EQ(std::vector<cl_int>{CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST}, of_command.statuses);
}

TEST_F(EventsTest, CallBackAtOnceForAStateLongReached) {
  cl_event event = user_event();
  set(event);
  Calls calls;
  EXPECT_EQ(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, Calls::note, &calls));
  calls.ended.get_future().wait();
  EXPECT_EQ(std::vector<cl_int>{CL_COMPLETE}, calls.statuses);
}

TEST_F(EventsTest, MayBeUsedAndReleasedInTheirOwnCallback) {
  struct Chain {
    cl_command_queue queue;
    std::promise<cl_int> last;
    static void CL_CALLBACK go_on(cl_event event, cl_int, void* raw) {
      auto& self = *static_cast<Chain*>(raw);
      cl_event marker = nullptr;
      const cl_int code = clEnqueueMarkerWithWaitList(self.queue, 1, &event, &marker);
      clReleaseEvent(marker);
      clReleaseEvent(event);
      self.last.set_value(code);
    }
  };
  Chain chain{queue(opu_), {}};
  const size_t one = 1;
  cl_event event = nullptr;
  ASSERT_EQ(CL_SUCCESS,
            clEnqueueNDRangeKernel(chain.queue, nop(), 1, nullptr, &one, nullptr, 0, nullptr, &event));
  EXPECT_EQ(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, Chain::go_on, &chain));
  EXPECT_EQ(CL_SUCCESS, chain.last.get_future().get());
  EXPECT_EQ(CL_SUCCESS, clFinish(chain.queue));
}

TEST_F(EventsTest, RefuseCallbacksThatMakeNoSense) {
  cl_event event = user_event();
  Calls calls;
  EXPECT_EQ(CL_INVALID_VALUE, clSetEventCallback(event, CL_QUEUED, Calls::note, &calls));
  EXPECT_EQ(CL_INVALID_VALUE, clSetEventCallback(event, CL_COMPLETE, nullptr, &calls));
  EXPECT_EQ(CL_INVALID_EVENT, clSetEventCallback(nullptr, CL_COMPLETE, Calls::note, &calls));
  set(event);
}

TEST_F(EventsTest, OutliveTheirQueue) {
  cl_int error = CL_SUCCESS;
  cl_command_queue commands = clCreateCommandQueueWithProperties(context_, opu_, nullptr, &error);
  cl_event gate = user_event();
  cl_event event = run(commands, nop(), {gate});
  EXPECT_EQ(CL_SUCCESS, clReleaseCommandQueue(commands));
  EXPECT_EQ(CL_QUEUED, status(event));
  set(gate);
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &event));
}

}  // namespace
}  // namespace photic::test
