// SPDX-License-Identifier: Apache-2.0
// What a command costs through OpenCL and through the driver's own API, turn about in one run, so that
// whatever else the machine does falls on both.
#define CL_TARGET_OPENCL_VERSION 300
#include <benchmark/benchmark.h>
#include <CL/cl.h>
#include <CL/cl_ext.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "drivers/api/photic.hpp"
#include "tests/support/tiny_projection.h"

namespace photic {
namespace {

constexpr const char* kDevice = "golden:opu?geometry=tiny&noise=off";
constexpr size_t kBuffer = 4096;

void require(cl_int status, const char* what) {
  if (status != CL_SUCCESS) {
    throw std::runtime_error(std::string(what) + " ends with " + std::to_string(status));
  }
}

// One device behind both, opened by each for itself.
class Native {
 public:
  Native()
      : device_(Device::open(kDevice)),
        queue_(device_.queue()),
        in_(device_.allocate(kBuffer)),
        out_(device_.allocate(kBuffer)) {
    project_ = test::tiny_projection();
    project_.source = in_.bus_address();
    project_.destination = out_.bus_address();
  }

  void submit(bool projects, photic_event* event) const {
    check(projects ? photic_opu_project(queue_.get(), &project_, nullptr, 0, event)
                   : photic_nop(queue_.get(), nullptr, 0, event));
  }
  void batch(bool projects, int count) const {
    for (int i = 0; i < count; ++i) {
      submit(projects, nullptr);
    }
    queue_.finish();
  }
  void round_trip(bool projects) const {
    photic_event event = nullptr;
    submit(projects, &event);
    Event(event).wait();
  }
  void recorded(int count) const {
    photic_submission nop{};
    nop.opcode = PHOTIC_OP_NOP;
    const std::vector<photic_submission> nops(static_cast<size_t>(count), nop);
    check(photic_submit_batch(queue_.get(), nops.data(), nops.size(), nullptr, 0, nullptr));
    queue_.finish();
  }

 private:
  Device device_;
  Queue queue_;
  Buffer in_;
  Buffer out_;
  photic_opu_project_desc project_{};
};

class OpenCl {
 public:
  OpenCl() {
    cl_uint count = 0;
    require(clGetPlatformIDs(0, nullptr, &count), "clGetPlatformIDs");
    std::vector<cl_platform_id> platforms(count);
    require(clGetPlatformIDs(count, platforms.data(), nullptr), "clGetPlatformIDs");
    for (cl_platform_id platform : platforms) {
      char name[64] = {};
      clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof(name), name, nullptr);
      if (std::string(name) == "Photic") {
        platform_ = platform;
      }
    }
    require(clGetDeviceIDs(platform_, CL_DEVICE_TYPE_ALL, 1, &device_, nullptr), "clGetDeviceIDs");
    cl_int error = CL_SUCCESS;
    context_ = clCreateContext(nullptr, 1, &device_, nullptr, nullptr, &error);
    require(error, "clCreateContext");
    queue_ = clCreateCommandQueueWithProperties(context_, device_, nullptr, &error);
    require(error, "clCreateCommandQueueWithProperties");
    program_ =
        clCreateProgramWithBuiltInKernels(context_, 1, &device_, "photic_nop;photic_opu_project", &error);
    require(error, "clCreateProgramWithBuiltInKernels");
    nop_ = clCreateKernel(program_, "photic_nop", &error);
    require(error, "clCreateKernel");
    project_ = clCreateKernel(program_, "photic_opu_project", &error);
    require(error, "clCreateKernel");
    const photic_opu_project_desc desc = test::tiny_projection();
    cl_uint index = 0;
    for (cl_mem& buffer : buffers_) {
      buffer = clCreateBuffer(context_, CL_MEM_READ_WRITE, kBuffer, nullptr, &error);
      require(error, "clCreateBuffer");
      require(clSetKernelArg(project_, index++, sizeof(buffer), &buffer), "clSetKernelArg");
    }
    // The description's fields are the arguments, in order; the timeout goes last.
    for (const uint32_t* field = &desc.features; field <= &desc.frame; ++field) {
      require(clSetKernelArg(project_, index++, sizeof(*field), field), "clSetKernelArg");
    }
    require(clSetKernelArg(project_, index, sizeof(desc.timeout), &desc.timeout), "clSetKernelArg");
  }
  OpenCl(const OpenCl&) = delete;
  OpenCl& operator=(const OpenCl&) = delete;
  ~OpenCl() {
    for (cl_mem buffer : buffers_) {
      clReleaseMemObject(buffer);
    }
    clReleaseKernel(nop_);
    clReleaseKernel(project_);
    clReleaseProgram(program_);
    clReleaseCommandQueue(queue_);
    clReleaseContext(context_);
  }

  void submit(bool projects, cl_event* event) const {
    const size_t one = 1;
    require(clEnqueueNDRangeKernel(queue_, projects ? project_ : nop_, 1, nullptr, &one, nullptr, 0, nullptr,
                                   event),
            "clEnqueueNDRangeKernel");
  }
  void batch(bool projects, int count) const {
    for (int i = 0; i < count; ++i) {
      submit(projects, nullptr);
    }
    require(clFinish(queue_), "clFinish");
  }
  void round_trip(bool projects) const {
    cl_event event = nullptr;
    submit(projects, &event);
    require(clWaitForEvents(1, &event), "clWaitForEvents");
    clReleaseEvent(event);
  }

  // A command buffer of NOPs.
  cl_command_buffer_khr record(int count) const {
    const auto create = function<clCreateCommandBufferKHR_fn>("clCreateCommandBufferKHR");
    cl_int error = CL_SUCCESS;
    cl_command_buffer_khr buffer = create(1, &queue_, nullptr, &error);
    require(error, "clCreateCommandBufferKHR");
    const size_t one = 1;
    for (int i = 0; i < count; ++i) {
      require(function<clCommandNDRangeKernelKHR_fn>("clCommandNDRangeKernelKHR")(
                  buffer, nullptr, nullptr, nop_, 1, nullptr, &one, nullptr, 0, nullptr, nullptr, nullptr),
              "clCommandNDRangeKernelKHR");
    }
    require(function<clFinalizeCommandBufferKHR_fn>("clFinalizeCommandBufferKHR")(buffer),
            "clFinalizeCommandBufferKHR");
    return buffer;
  }
  template <typename Function>
  Function function(const char* name) const {
    return reinterpret_cast<Function>(clGetExtensionFunctionAddressForPlatform(platform_, name));
  }
  cl_command_queue queue() const { return queue_; }

 private:
  cl_platform_id platform_ = nullptr;
  cl_device_id device_ = nullptr;
  cl_context context_ = nullptr;
  cl_command_queue queue_ = nullptr;
  cl_program program_ = nullptr;
  cl_kernel nop_ = nullptr;
  cl_kernel project_ = nullptr;
  cl_mem buffers_[2] = {};
};

double microseconds(const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Both in turn; medians a command.
void compare(benchmark::State& state, int commands, const std::function<void()>& native,
             const std::function<void()>& opencl) {
  std::vector<double> natives;
  std::vector<double> opencls;
  for (auto _ : state) {
    natives.push_back(microseconds(native));
    opencls.push_back(microseconds(opencl));
    state.SetIterationTime(opencls.back() * 1e-6);
  }
  const double first = median(natives) / commands;
  const double second = median(opencls) / commands;
  state.counters["native_us"] = first;
  state.counters["opencl_us"] = second;
  state.counters["difference_us"] = second - first;
  state.counters["ratio"] = second / first;
}

void batch(benchmark::State& state, bool projects) {
  const Native native;
  const OpenCl opencl;
  const auto count = static_cast<int>(state.range(0));
  compare(
      state, count, [&] { native.batch(projects, count); }, [&] { opencl.batch(projects, count); });
}
BENCHMARK_CAPTURE(batch, nop, false)->Arg(100)->UseManualTime();
BENCHMARK_CAPTURE(batch, project, true)->Arg(100)->UseManualTime();

void round_trip(benchmark::State& state, bool projects) {
  const Native native;
  const OpenCl opencl;
  compare(
      state, 1, [&] { native.round_trip(projects); }, [&] { opencl.round_trip(projects); });
}
BENCHMARK_CAPTURE(round_trip, nop, false)->UseManualTime();
BENCHMARK_CAPTURE(round_trip, project, true)->UseManualTime();

// A recorded command buffer against a native batch of one doorbell.
void recorded(benchmark::State& state) {
  const Native native;
  const OpenCl opencl;
  const auto count = static_cast<int>(state.range(0));
  const cl_command_buffer_khr buffer = opencl.record(count);
  const auto enqueue = opencl.function<clEnqueueCommandBufferKHR_fn>("clEnqueueCommandBufferKHR");
  compare(
      state, count, [&] { native.recorded(count); },
      [&] {
        require(enqueue(0, nullptr, buffer, 0, nullptr, nullptr), "clEnqueueCommandBufferKHR");
        require(clFinish(opencl.queue()), "clFinish");
      });
  opencl.function<clReleaseCommandBufferKHR_fn>("clReleaseCommandBufferKHR")(buffer);
}
BENCHMARK(recorded)->Arg(100)->UseManualTime();

}  // namespace
}  // namespace photic

int main(int argc, char** argv) {
  setenv("OCL_ICD_VENDORS", PHOTIC_OPENCL_VENDORS, 1);
  setenv("PHOTIC_OPENCL_DEVICES", photic::kDevice, 1);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
