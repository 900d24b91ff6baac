// SPDX-License-Identifier: Apache-2.0
// Several threads with contexts, queues and events of their own and in common, releasing things while they
// are in use: meant to run under the thread sanitizer, and anywhere.
#include <atomic>
#include <functional>
#include <random>
#include <thread>

#include "tests/conformance/opencl/commands/commands.h"

namespace photic::test {
namespace {

constexpr size_t kBytes = 256;
constexpr int kRounds = 60;

class StressTest : public CommandsTest {
 protected:
  static void in_threads(int count, const std::function<void(unsigned)>& body) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back(body, static_cast<unsigned>(i));
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }
  static cl_kernel nop_of(cl_context context, cl_device_id device) {
    cl_program program = clCreateProgramWithBuiltInKernels(context, 1, &device, "photic_nop", nullptr);
    cl_kernel kernel = clCreateKernel(program, "photic_nop", nullptr);
    EXPECT_EQ(CL_SUCCESS, clReleaseProgram(program));
    return kernel;
  }
};

// One thread's commands in a queue: fills and kernels in random order, checked at the end of each round.
void work(cl_context context, cl_command_queue queue, cl_kernel nop, unsigned seed, cl_uint waits,
          const cl_event* shared) {
  std::mt19937 random(seed);
  const size_t one = 1;
  for (int round = 0; round < kRounds; ++round) {
    cl_mem memory = clCreateBuffer(context, 0, kBytes, nullptr, nullptr);
    cl_event last = nullptr;
    cl_uchar value = 0;
    for (int i = 0; i < 6; ++i) {
      cl_event next = nullptr;
      if (random() % 2 == 0) {
        value = static_cast<cl_uchar>(random());
        ASSERT_EQ(CL_SUCCESS,
                  clEnqueueFillBuffer(queue, memory, &value, 1, 0, kBytes, last != nullptr ? 1 : waits,
                                      last != nullptr ? &last : shared, &next));
      } else {
        ASSERT_EQ(CL_SUCCESS,
                  clEnqueueNDRangeKernel(queue, nop, 1, nullptr, &one, nullptr, last != nullptr ? 1 : waits,
                                         last != nullptr ? &last : shared, &next));
      }
      if (last != nullptr) {
        clReleaseEvent(last);
      }
      last = next;
    }
    std::atomic<int> called{0};
    const auto count = [](cl_event, cl_int, void* to) { static_cast<std::atomic<int>*>(to)->fetch_add(1); };
    ASSERT_EQ(CL_SUCCESS, clSetEventCallback(last, CL_COMPLETE, count, &called));
    std::vector<cl_uchar> bytes(kBytes);
    ASSERT_EQ(CL_SUCCESS,
              clEnqueueReadBuffer(queue, memory, CL_TRUE, 0, kBytes, bytes.data(), 1, &last, nullptr));
    ASSERT_EQ(std::vector<cl_uchar>(kBytes, value), bytes);
    while (called == 0) {
      std::this_thread::yield();
    }
    clReleaseEvent(last);
    clReleaseMemObject(memory);
  }
}

TEST_F(StressTest, ThreadsShareAContextAndItsQueues) {
  for (cl_command_queue_properties order : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    cl_command_queue optical = queue(opu_, order);
    cl_command_queue spiking = queue(spu_, order);
    cl_kernel optical_nop = kernel(opu_, "photic_nop");
    cl_kernel spiking_nop = kernel(spu_, "photic_nop");
    in_threads(4, [&](unsigned i) {
      work(context_, i % 2 == 0 ? optical : spiking, i % 2 == 0 ? optical_nop : spiking_nop, i, 0, nullptr);
    });
    EXPECT_EQ(CL_SUCCESS, clFinish(optical));
    EXPECT_EQ(CL_SUCCESS, clFinish(spiking));
  }
}

TEST_F(StressTest, ThreadsWaitForOneEventAndAreReleasedTogether) {
  cl_command_queue optical = queue(opu_);
  cl_command_queue spiking = queue(spu_, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  cl_kernel optical_nop = kernel(opu_, "photic_nop");
  cl_kernel spiking_nop = kernel(spu_, "photic_nop");
  cl_event gate = user_event();
  in_threads(5, [&](unsigned i) {
    if (i == 0) {
      set(gate);
    } else {
      work(context_, i % 2 == 0 ? optical : spiking, i % 2 == 0 ? optical_nop : spiking_nop, i, 1, &gate);
    }
  });
}

TEST_F(StressTest, ThreadsMakeAndDropContextsWhileCommandsRun) {
  in_threads(4, [&](unsigned i) {
    cl_device_id device = i % 2 == 0 ? opu_ : spu_;
    for (int round = 0; round < kRounds / 2; ++round) {
      cl_context context = clCreateContext(nullptr, 1, &device, nullptr, nullptr, nullptr);
      cl_command_queue queue = clCreateCommandQueueWithProperties(context, device, nullptr, nullptr);
      cl_kernel nop = nop_of(context, device);
      cl_mem memory = clCreateBuffer(context, 0, kBytes, nullptr, nullptr);
      cl_event gate = clCreateUserEvent(context, nullptr);
      const cl_uchar zero = 0;
      const size_t one = 1;
      ASSERT_EQ(CL_SUCCESS,
                clEnqueueNDRangeKernel(queue, nop, 1, nullptr, &one, nullptr, 0, nullptr, nullptr));
      ASSERT_EQ(CL_SUCCESS, clEnqueueFillBuffer(queue, memory, &zero, 1, 0, kBytes, 1, &gate, nullptr));
      ASSERT_EQ(CL_SUCCESS,
                clEnqueueNDRangeKernel(queue, nop, 1, nullptr, &one, nullptr, 0, nullptr, nullptr));
      clReleaseMemObject(memory);
      clReleaseKernel(nop);
      clReleaseCommandQueue(queue);
      clReleaseContext(context);
      ASSERT_EQ(CL_SUCCESS, clSetUserEventStatus(gate, round % 3 == 0 ? -1 : CL_COMPLETE));
      clReleaseEvent(gate);
    }
  });
}

TEST_F(StressTest, ThreadsFinishWhatOthersEnqueue) {
  cl_command_queue shared = queue(opu_);
  cl_kernel nothing = nop();
  in_threads(4, [&](unsigned i) {
    const size_t one = 1;
    for (int round = 0; round < 20 * kRounds; ++round) {
      if (i < 2) {
        ASSERT_EQ(CL_SUCCESS,
                  clEnqueueNDRangeKernel(shared, nothing, 1, nullptr, &one, nullptr, 0, nullptr, nullptr));
      } else if (round % 8 == 0) {
        ASSERT_EQ(CL_SUCCESS, i == 2 ? clFinish(shared) : clFlush(shared));
      }
    }
  });
  EXPECT_EQ(CL_SUCCESS, clFinish(shared));
}

}  // namespace
}  // namespace photic::test
