// SPDX-License-Identifier: Apache-2.0
// Command queues: order, markers, barriers, times, more queues and commands than the device has room for.
#include <algorithm>
#include <chrono>
#include <functional>
#include <future>

#include "tests/conformance/opencl/commands/commands.h"

namespace photic::test {
namespace {

using QueuesTest = CommandsTest;

TEST_F(QueuesTest, SayWhatTheyAre) {
  const std::vector<cl_queue_properties> list = {
      CL_QUEUE_PROPERTIES, CL_QUEUE_PROFILING_ENABLE | CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, 0};
  cl_int error = CL_INVALID_VALUE;
  cl_command_queue made = clCreateCommandQueueWithProperties(context_, spu_, list.data(), &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(context_, info<cl_context>(clGetCommandQueueInfo, made, CL_QUEUE_CONTEXT));
  EXPECT_EQ(spu_, info<cl_device_id>(clGetCommandQueueInfo, made, CL_QUEUE_DEVICE));
  EXPECT_EQ(list[1], info<cl_command_queue_properties>(clGetCommandQueueInfo, made, CL_QUEUE_PROPERTIES));
  EXPECT_EQ(list, info_list<cl_queue_properties>(clGetCommandQueueInfo, made, CL_QUEUE_PROPERTIES_ARRAY));
  EXPECT_EQ(nullptr, info<cl_command_queue>(clGetCommandQueueInfo, made, CL_QUEUE_DEVICE_DEFAULT));
  EXPECT_EQ(CL_INVALID_COMMAND_QUEUE, clGetCommandQueueInfo(made, CL_QUEUE_SIZE, 0, nullptr, nullptr));
  EXPECT_EQ(CL_SUCCESS, clRetainCommandQueue(made));
  EXPECT_EQ(2U, info<cl_uint>(clGetCommandQueueInfo, made, CL_QUEUE_REFERENCE_COUNT));
  EXPECT_EQ(CL_SUCCESS, clReleaseCommandQueue(made));
  EXPECT_EQ(CL_SUCCESS, clReleaseCommandQueue(made));
  cl_command_queue old = clCreateCommandQueue(context_, opu_, CL_QUEUE_PROFILING_ENABLE, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_TRUE(info_list<cl_queue_properties>(clGetCommandQueueInfo, old, CL_QUEUE_PROPERTIES_ARRAY).empty());
  EXPECT_EQ(CL_SUCCESS, clReleaseCommandQueue(old));
}

TEST_F(QueuesTest, RefuseWhatNoQueueHas) {
  const auto refusal = [&](cl_context context, cl_device_id device, std::vector<cl_queue_properties> list) {
    cl_int error = CL_SUCCESS;
    EXPECT_EQ(nullptr, clCreateCommandQueueWithProperties(context, device, list.data(), &error));
    return error;
  };
  EXPECT_EQ(CL_INVALID_CONTEXT, refusal(nullptr, opu_, {0}));
  EXPECT_EQ(CL_INVALID_DEVICE, refusal(context_, nullptr, {0}));
  EXPECT_EQ(CL_INVALID_VALUE, refusal(context_, opu_, {0x7777, 1, 0}));
  EXPECT_EQ(CL_INVALID_VALUE, refusal(context_, opu_, {CL_QUEUE_PROPERTIES, 1 << 10, 0}));
  EXPECT_EQ(CL_INVALID_QUEUE_PROPERTIES,
            refusal(context_, opu_,
                    {CL_QUEUE_PROPERTIES, CL_QUEUE_ON_DEVICE | CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, 0}));
  EXPECT_EQ(CL_INVALID_QUEUE_PROPERTIES, refusal(context_, opu_, {CL_QUEUE_SIZE, 1024, 0}));
  EXPECT_EQ(CL_INVALID_COMMAND_QUEUE, clFinish(nullptr));
  EXPECT_EQ(CL_INVALID_COMMAND_QUEUE, clFlush(nullptr));
}

TEST_F(QueuesTest, InOrderRunCommandsOneAfterTheOther) {
  cl_command_queue commands = queue(opu_);
  cl_mem target = buffer(1);
  cl_event gate = user_event();
  std::vector<Bytes> values;
  for (cl_uchar i = 0; i < 50; ++i) {
    values.push_back({i});
  }
  for (size_t i = 0; i < values.size(); ++i) {
    write(commands, target, values[i], 0, i == 0 ? std::vector{gate} : std::vector<cl_event>{});
    run(commands, nop());
  }
  set(gate);
  EXPECT_EQ(Bytes{49}, read(commands, target, 0, 1));
}

TEST_F(QueuesTest, OutOfOrderLetCommandsPassThoseHeldBack) {
  cl_command_queue commands = queue(opu_, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_event gate = user_event();
  cl_event held = run(commands, nop(), {gate});
  cl_event free = run(commands, nop());
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &free));
  EXPECT_EQ(CL_QUEUED, status(held));
  set(gate);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_EQ(CL_COMPLETE, status(held));
}

TEST_F(QueuesTest, MarkersEndAfterEverythingBeforeThem) {
  for (cl_command_queue_properties order : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue commands = queue(opu_, order);
    cl_event gate = user_event();
    cl_event held = run(commands, nop(), {gate});
    cl_event all = marker(commands);
    cl_event old = nullptr;
    EXPECT_EQ(CL_SUCCESS, clEnqueueMarker(commands, &old));
    kept(old);
    EXPECT_EQ(CL_QUEUED, status(all));
    EXPECT_EQ(CL_QUEUED, status(old));
    set(gate);
    EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &all));
    EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &old));
    EXPECT_EQ(CL_COMPLETE, status(held));
  }
  EXPECT_EQ(CL_INVALID_VALUE, clEnqueueMarker(queue(opu_), nullptr));
}

TEST_F(QueuesTest, MarkersWithAListWaitForTheListOnly) {
  cl_command_queue commands = queue(opu_, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_event gate = user_event();
  cl_event held = run(commands, nop(), {gate});
  cl_event done = run(commands, nop());
  cl_event some = marker(commands, {done});
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &some));
  EXPECT_EQ(CL_QUEUED, status(held));
  set(gate);
}

TEST_F(QueuesTest, BarriersHoldBackWhatComesLater) {
  cl_command_queue commands = queue(opu_, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  const std::vector<std::function<void(cl_event)>> barriers = {
      [&](cl_event held) { barrier(commands, {held}); },
      [&](cl_event) { barrier(commands); },
      [&](cl_event) { EXPECT_EQ(CL_SUCCESS, clEnqueueBarrier(commands)); },
      [&](cl_event held) { EXPECT_EQ(CL_SUCCESS, clEnqueueWaitForEvents(commands, 1, &held)); },
  };
  for (const auto& enqueue_barrier : barriers) {
    cl_event gate = user_event();
    cl_event held = run(commands, nop(), {gate});
    enqueue_barrier(held);
    cl_event later = run(commands, nop());
    cl_event copied = marker(commands, {user_event_that_ended()});
    EXPECT_EQ(CL_QUEUED, status(later));
    EXPECT_EQ(CL_QUEUED, status(copied)) << "a wait list does not lead around a barrier";
    set(gate);
    EXPECT_EQ(CL_SUCCESS, clFinish(commands));
    EXPECT_EQ(CL_COMPLETE, status(later));
  }
  cl_event none = nullptr;
  EXPECT_EQ(CL_INVALID_VALUE, clEnqueueWaitForEvents(commands, 0, nullptr));
  EXPECT_EQ(CL_INVALID_EVENT, clEnqueueWaitForEvents(commands, 1, &none));
}

TEST_F(QueuesTest, TimesOfACommandFollowEachOther) {
  const auto now = [] {
    return static_cast<cl_ulong>(std::chrono::steady_clock::now().time_since_epoch().count());
  };
  for (cl_device_id device : {opu_, spu_}) {
    cl_command_queue commands = queue(device, CL_QUEUE_PROFILING_ENABLE);
    cl_mem target = buffer(64);
    const Bytes bytes = counted(64);
    cl_kernel nothing = kernel(device, "photic_nop");
    const cl_ulong before = now();
    std::vector<cl_event> events = {run(commands, nothing), write(commands, target, bytes), marker(commands),
                                    run(commands, nothing), run(commands, nothing)};
    EXPECT_EQ(CL_SUCCESS, clFinish(commands));
    const cl_ulong after = now();
    cl_ulong last_end = 0;
    for (cl_event event : events) {
      const auto time = [&](cl_profiling_info what) {
        return info<cl_ulong>(clGetEventProfilingInfo, event, what);
      };
      const cl_ulong queued = time(CL_PROFILING_COMMAND_QUEUED);
      const cl_ulong end = time(CL_PROFILING_COMMAND_END);
      EXPECT_LE(before, queued);
      EXPECT_LE(queued, time(CL_PROFILING_COMMAND_SUBMIT));
      EXPECT_LE(time(CL_PROFILING_COMMAND_SUBMIT), time(CL_PROFILING_COMMAND_START));
      EXPECT_LE(time(CL_PROFILING_COMMAND_START), end);
      EXPECT_LE(last_end, time(CL_PROFILING_COMMAND_START)) << "commands of a queue in order overlap";
      EXPECT_EQ(end, time(CL_PROFILING_COMMAND_COMPLETE));
      EXPECT_LE(end, after);
      last_end = end;
    }
    EXPECT_EQ(CL_INVALID_VALUE, clGetEventProfilingInfo(events[0], 0x1299, 0, nullptr, nullptr));
  }
}

TEST_F(QueuesTest, TimesAreNotAvailableUnlessAskedForAndEnded) {
  cl_event gate = user_event();
  cl_event held = run(queue(opu_, CL_QUEUE_PROFILING_ENABLE), nop(), {gate});
  cl_ulong time = 0;
  const auto query = [&](cl_event event) {
    return clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_QUEUED, sizeof(time), &time, nullptr);
  };
  EXPECT_EQ(CL_PROFILING_INFO_NOT_AVAILABLE, query(held));
  EXPECT_EQ(CL_PROFILING_INFO_NOT_AVAILABLE, query(gate));
  set(gate);
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &held));
  EXPECT_EQ(CL_SUCCESS, query(held));
  cl_command_queue plain = queue(opu_);
  cl_event untimed = run(plain, nop());
  EXPECT_EQ(CL_SUCCESS, clFinish(plain));
  EXPECT_EQ(CL_PROFILING_INFO_NOT_AVAILABLE, query(untimed));
  EXPECT_EQ(CL_INVALID_EVENT, query(nullptr));
}

TEST_F(QueuesTest, ChangeTheirPropertiesTheOldWay) {
  cl_command_queue commands = queue(opu_);
  cl_command_queue_properties old = ~cl_command_queue_properties{0};
  EXPECT_EQ(CL_SUCCESS, clSetCommandQueueProperty(commands, CL_QUEUE_PROFILING_ENABLE, CL_TRUE, &old));
  EXPECT_EQ(0U, old);
  cl_event event = run(commands, nop());
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_GT(info<cl_ulong>(clGetEventProfilingInfo, event, CL_PROFILING_COMMAND_END), 0U);
  EXPECT_EQ(CL_INVALID_VALUE, clSetCommandQueueProperty(commands, 1 << 9, CL_TRUE, nullptr));
}

TEST_F(QueuesTest, AreAsManyAsAProgramWants) {
  std::vector<cl_event> ends;
  cl_event gate = user_event();
  for (int i = 0; i < 20; ++i) {
    cl_command_queue commands = queue(opu_, i % 2 == 0 ? 0 : CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    ends.push_back(run(commands, nop(), {gate}));
    ends.push_back(run(commands, nop(), ends));
  }
  set(gate);
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(static_cast<cl_uint>(ends.size()), ends.data()));
}

TEST_F(QueuesTest, TakeMoreCommandsThanTheDeviceHasRoomFor) {
  cl_command_queue commands = queue(opu_);
  cl_kernel nothing = nop();
  cl_event gate = user_event();
  const size_t one = 1;
  cl_event last = nullptr;
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_EQ(CL_SUCCESS, clEnqueueNDRangeKernel(commands, nothing, 1, nullptr, &one, nullptr, i == 0 ? 1 : 0,
                                                 i == 0 ? &gate : nullptr, i == 19'999 ? &last : nullptr));
  }
  kept(last);
  set(gate);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_EQ(CL_COMPLETE, status(last));
}

TEST_F(QueuesTest, FinishTheirCommandsWhenTheProgramHasLetGoOfEverything) {
  struct Destroyed {
    static void CL_CALLBACK note(cl_mem, void* done) { static_cast<std::promise<void>*>(done)->set_value(); }
  };
  std::promise<void> freed;
  cl_int error = CL_SUCCESS;
  cl_context context = clCreateContext(nullptr, 1, &opu_, nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  cl_command_queue commands = clCreateCommandQueueWithProperties(context, opu_, nullptr, &error);
  cl_mem target = clCreateBuffer(context, CL_MEM_READ_WRITE, 16, nullptr, &error);
  EXPECT_EQ(CL_SUCCESS, clSetMemObjectDestructorCallback(target, Destroyed::note, &freed));
  cl_event gate = clCreateUserEvent(context, &error);
  const size_t one = 1;
  EXPECT_EQ(CL_SUCCESS, clEnqueueBarrierWithWaitList(commands, 1, &gate, nullptr));
  cl_program program = clCreateProgramWithBuiltInKernels(context, 1, &opu_, "photic_nop", &error);
  cl_kernel nothing = clCreateKernel(program, "photic_nop", &error);
  EXPECT_EQ(CL_SUCCESS,
            clEnqueueNDRangeKernel(commands, nothing, 1, nullptr, &one, nullptr, 0, nullptr, nullptr));
  const cl_uchar pattern = 3;
  EXPECT_EQ(CL_SUCCESS, clEnqueueFillBuffer(commands, target, &pattern, 1, 0, 16, 0, nullptr, nullptr));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(target));
  EXPECT_EQ(CL_SUCCESS, clReleaseKernel(nothing));
  EXPECT_EQ(CL_SUCCESS, clReleaseProgram(program));
  EXPECT_EQ(CL_SUCCESS, clReleaseCommandQueue(commands));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context));
  EXPECT_EQ(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
  EXPECT_EQ(CL_SUCCESS, clReleaseEvent(gate));
  freed.get_future().wait();
}

}  // namespace
}  // namespace photic::test
