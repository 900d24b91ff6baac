// SPDX-License-Identifier: Apache-2.0
// Built-in kernels compute what the driver's own API computes, byte for byte, and say what went wrong.
#include <algorithm>
#include <cstring>

#include "drivers/api/photic.hpp"
#include "tests/conformance/driver/spu_program.h"
#include "tests/conformance/opencl/commands/commands.h"
#include "tests/support/tiny_projection.h"

namespace photic::test {
namespace {

class KernelsTest : public CommandsTest {
 protected:
  // The description's fields are the arguments, in order; the timeout goes last.
  static void set_fields(cl_kernel kernel, cl_uint index, const photic_opu_project_desc& desc) {
    for (const uint32_t* field = &desc.features; field <= &desc.frame; ++field) {
      set(kernel, index++, *field);
    }
    set(kernel, index, desc.timeout);
  }
  cl_kernel project(cl_mem source, cl_mem destination, const photic_opu_project_desc& desc) {
    cl_kernel made = kernel_with(opu_, "photic_opu_project", source, destination);
    set_fields(made, 2, desc);
    return made;
  }
  static std::string uri(cl_device_id device) {
    return info_text(clGetDeviceInfo, device, CL_DEVICE_URI_PHOTIC);
  }
  static cl_int native_status(cl_event event) {
    return info<cl_int>(clGetEventInfo, event, CL_EVENT_STATUS_PHOTIC);
  }
};

TEST_F(KernelsTest, ProjectToTheBytesOfTheNativeApi) {
  const Device native = Device::open(uri(opu_));
  const Queue native_queue = native.queue();
  const Buffer in = native.allocate(4096);
  const Buffer out = native.allocate(4096);
  const Bytes bytes(4096, 0xA5);
  std::memcpy(in.data(), bytes.data(), bytes.size());
  photic_opu_project_desc desc = tiny_projection();
  desc.source = in.bus_address();
  desc.destination = out.bus_address();
  native_queue.project(desc).wait();

  cl_command_queue commands = queue(opu_, CL_QUEUE_PROFILING_ENABLE);
  cl_mem source = buffer(4096);
  cl_mem destination = buffer(4096);
  write(commands, source, bytes);
  cl_event done = run(commands, project(source, destination, desc));
  const Bytes outputs = read(commands, destination, 0, 4096);
  EXPECT_EQ(0, std::memcmp(outputs.data(), out.data(), outputs.size()));
  EXPECT_NE(Bytes(4096), outputs);
  EXPECT_EQ(CL_COMPLETE, status(done));
  EXPECT_EQ(PHOTIC_OK, native_status(done));
  EXPECT_EQ("", info_text(clGetEventInfo, done, CL_EVENT_STATUS_TEXT_PHOTIC));
  EXPECT_LE(info<cl_ulong>(clGetEventProfilingInfo, done, CL_PROFILING_COMMAND_START_CYCLE_PHOTIC),
            info<cl_ulong>(clGetEventProfilingInfo, done, CL_PROFILING_COMMAND_END_CYCLE_PHOTIC));
}

TEST_F(KernelsTest, TakePartsOfBuffers) {
  cl_command_queue commands = queue(opu_);
  cl_mem source = buffer(4096);
  const Bytes bytes(4096, 0x5A);
  write(commands, source, bytes);
  cl_mem apart = buffer(4096);
  run(commands, project(source, apart, tiny_projection()));
  cl_mem whole = buffer(4096);
  const cl_buffer_region region{1024, 1024};
  cl_mem part = clCreateSubBuffer(whole, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, nullptr);
  run(commands, project(source, part, tiny_projection()));
  EXPECT_EQ(read(commands, apart, 0, 160), read(commands, whole, 1024, 160));
  EXPECT_EQ(Bytes(1024), read(commands, whole, 0, 1024));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(part));
}

TEST_F(KernelsTest, TakeTheirArgumentsAsTheyWereWhenEnqueued) {
  cl_command_queue commands = queue(opu_);
  cl_mem source = buffer(4096);
  cl_mem first = buffer(4096);
  cl_mem second = buffer(4096);
  const Bytes bytes(4096, 0x33);
  write(commands, source, bytes);
  cl_event gate = user_event();
  cl_kernel kernel = project(source, first, tiny_projection());
  run(commands, kernel, {gate});
  set(kernel, 1, second);
  set(gate, CL_COMPLETE);
  EXPECT_NE(Bytes(160), read(commands, first, 0, 160));
  EXPECT_EQ(Bytes(160), read(commands, second, 0, 160));
}

TEST_F(KernelsTest, EndWithTheNativeStatusWhenTheDeviceRefusesThem) {
  cl_command_queue commands = queue(opu_);
  photic_opu_project_desc desc = tiny_projection();
  desc.mirror_row = 11;  // two rows from there on leave the array
  cl_event event = run(commands, project(buffer(4096), buffer(4096), desc));
  cl_event behind = run(commands, nop());
  EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &event));
  EXPECT_EQ(CL_INVALID_VALUE, status(event));
  EXPECT_EQ(PHOTIC_INVALID_MIRRORS, native_status(event));
  EXPECT_NE(std::string::npos,
            info_text(clGetEventInfo, event, CL_EVENT_STATUS_TEXT_PHOTIC).find("INVALID_MIRRORS"));
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_EQ(CL_COMPLETE, status(behind));
}

TEST_F(KernelsTest, ReportFailuresToTheContext) {
  std::string text;
  const auto note = [](const char* words, const void*, size_t, void* to) {
    *static_cast<std::string*>(to) = words;
  };
  cl_int error = CL_INVALID_VALUE;
  cl_context context = clCreateContext(nullptr, 1, &opu_, note, &text, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  cl_command_queue commands = clCreateCommandQueueWithProperties(context, opu_, nullptr, &error);
  cl_program program = clCreateProgramWithBuiltInKernels(context, 1, &opu_, "photic_opu_calibrate", &error);
  cl_kernel kernel = clCreateKernel(program, "photic_opu_calibrate", &error);
  photic_opu_project_desc desc = tiny_projection();
  set_fields(kernel, 0, desc);
  const size_t one = 1;
  EXPECT_EQ(CL_SUCCESS,
            clEnqueueNDRangeKernel(commands, kernel, 1, nullptr, &one, nullptr, 0, nullptr, nullptr));
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_NE(std::string::npos, text.find("INVALID_FIELD")) << text;
  EXPECT_EQ(CL_SUCCESS, clReleaseKernel(kernel));
  EXPECT_EQ(CL_SUCCESS, clReleaseProgram(program));
  EXPECT_EQ(CL_SUCCESS, clReleaseCommandQueue(commands));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(context));
}

TEST_F(KernelsTest, RunSpikingProgramsToTheBytesOfTheNativeApi) {
  const SmallProgram program(*abi::find_spu_preset("tiny"));
  const std::vector<int32_t> payloads = {0, 1, 2, 3, 9, 0, 4};
  const std::vector<uint64_t> stream = SmallProgram::stream(payloads);
  const auto steps = static_cast<uint32_t>(payloads.size());

  const Device native = Device::open(uri(spu_));
  const Queue native_queue = native.queue();
  const Buffer in = native.allocate(4096);
  const Buffer out = native.allocate(4096);
  for (const RegionWords& part : program.regions()) {
    std::copy(part.words.begin(), part.words.end(), in.as<uint64_t>().begin());
    photic_spu_memory_desc desc{};
    desc.struct_size = sizeof(desc);
    desc.buffer = in.get();
    desc.core = part.core;
    desc.cores = 1;
    desc.region = static_cast<uint32_t>(part.region);
    desc.words = static_cast<uint32_t>(part.words.size());
    native_queue.write(desc).wait();
  }
  std::copy(stream.begin(), stream.end(), in.as<uint64_t>().begin());
  photic_spu_run_desc desc{};
  desc.struct_size = sizeof(desc);
  desc.source = in.get();
  desc.source_words = static_cast<uint32_t>(stream.size());
  desc.destination = out.get();
  desc.steps = steps;
  desc.period = 1;
  desc.record = PHOTIC_SPU_RECORD_I32;
  desc.outputs = SmallProgram::kNeurons;
  desc.clear_first = 1;
  native_queue.run(desc).wait();

  cl_command_queue commands = queue(spu_);
  const auto words_buffer = [&](const std::vector<uint64_t>& words) {
    auto copy = words;
    return buffer(words.size() * sizeof(uint64_t), CL_MEM_COPY_HOST_PTR, copy.data());
  };
  for (const RegionWords& part : program.regions()) {
    run(commands, kernel_with(spu_, "photic_spu_write", words_buffer(part.words), part.core, 1,
                              static_cast<uint32_t>(part.region), 0, part.words.size(), 0));
  }
  cl_mem records = buffer(4096);
  const cl_mem none = nullptr;
  cl_event done = run(commands, kernel_with(spu_, "photic_spu_run", words_buffer(stream), records, none,
                                            stream.size(), 0, steps, 0, 1, uint32_t{PHOTIC_SPU_RECORD_I32},
                                            SmallProgram::kNeurons, 0, 0, 0, 1, 0, 0));
  const Bytes got = read(commands, records, 0, 4096);
  EXPECT_EQ(CL_COMPLETE, status(done)) << info_text(clGetEventInfo, done, CL_EVENT_STATUS_TEXT_PHOTIC);
  EXPECT_EQ(0, std::memcmp(got.data(), out.data(), got.size()));
  EXPECT_NE(Bytes(4096), got);
  EXPECT_EQ(steps, info<cl_ulong>(clGetEventInfo, done, CL_EVENT_DETAIL_PHOTIC));

  cl_mem back = buffer(4096);
  const RegionWords first = program.regions().front();
  run(commands, kernel_with(spu_, "photic_spu_read", back, first.core, 1, static_cast<uint32_t>(first.region),
                            0, first.words.size(), 0));
  const Bytes words = read(commands, back, 0, first.words.size() * sizeof(uint64_t));
  EXPECT_EQ(0, std::memcmp(words.data(), first.words.data(), words.size()));
}

TEST_F(KernelsTest, OfTheHostTakeTheirTurnInTheQueue) {
  cl_command_queue commands = queue(opu_);
  const auto names = info_text(clGetDeviceInfo, opu_, CL_DEVICE_COUNTER_NAMES_PHOTIC);
  const auto count = static_cast<size_t>(1 + std::count(names.begin(), names.end(), ';'));
  const size_t before =
      names.find("SHELL_COMMANDS") == std::string::npos
          ? count
          : static_cast<size_t>(std::count(
                names.begin(), names.begin() + static_cast<ptrdiff_t>(names.find("SHELL_COMMANDS")), ';'));
  ASSERT_LT(before, count) << names;
  cl_mem first = buffer(count * 8);
  cl_mem second = buffer(count * 8);
  cl_event gate = user_event();
  run(commands, kernel_with(opu_, "photic_counters", first), {gate});
  run(commands, nop());
  run(commands, nop());
  cl_event configured = run(commands, kernel_with(opu_, "photic_opu_configure", 1000, 2, 8));
  run(commands, kernel_with(opu_, "photic_counters", second));
  set(gate, CL_COMPLETE);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_EQ(CL_COMPLETE, status(configured));
  const auto counter = [&](cl_mem values) {
    cl_ulong value = 0;
    EXPECT_EQ(CL_SUCCESS,
              clEnqueueReadBuffer(commands, values, CL_TRUE, before * 8, 8, &value, 0, nullptr, nullptr));
    return value;
  };
  EXPECT_EQ(counter(first) + 2, counter(second));
}

TEST_F(KernelsTest, AreRefusedBeforeTheyAreEnqueued) {
  cl_command_queue commands = queue(opu_);
  const size_t one = 1;
  const size_t two = 2;
  const size_t zero = 0;
  const auto enqueue = [&](cl_kernel kernel, cl_uint dimensions, const size_t* offset, const size_t* global,
                           const size_t* local) {
    return clEnqueueNDRangeKernel(commands, kernel, dimensions, offset, global, local, 0, nullptr, nullptr);
  };
  cl_kernel nothing = nop();
  EXPECT_EQ(CL_INVALID_KERNEL, enqueue(nullptr, 1, nullptr, &one, nullptr));
  EXPECT_EQ(CL_INVALID_COMMAND_QUEUE,
            clEnqueueNDRangeKernel(nullptr, nothing, 1, nullptr, &one, nullptr, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_WORK_DIMENSION, enqueue(nothing, 0, nullptr, &one, nullptr));
  EXPECT_EQ(CL_INVALID_WORK_DIMENSION, enqueue(nothing, 4, nullptr, &one, nullptr));
  EXPECT_EQ(CL_INVALID_GLOBAL_WORK_SIZE, enqueue(nothing, 1, nullptr, &two, nullptr));
  EXPECT_EQ(CL_INVALID_GLOBAL_OFFSET, enqueue(nothing, 1, &one, &one, nullptr));
  EXPECT_EQ(CL_INVALID_WORK_GROUP_SIZE, enqueue(nothing, 1, nullptr, &one, &two));
  EXPECT_EQ(CL_SUCCESS, enqueue(nothing, 1, &zero, &one, &one));
  EXPECT_EQ(CL_SUCCESS, enqueue(nothing, 1, nullptr, &zero, nullptr)) << "no work item: nothing to do";
  EXPECT_EQ(CL_SUCCESS, clEnqueueTask(commands, nothing, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_PROGRAM_EXECUTABLE, enqueue(kernel(spu_, "photic_nop"), 1, nullptr, &one, nullptr));
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS, enqueue(kernel(opu_, "photic_opu_project"), 1, nullptr, &one, nullptr));
  photic_opu_project_desc desc = tiny_projection();
  EXPECT_EQ(CL_INVALID_BUFFER_SIZE,
            enqueue(project(buffer(4096), buffer(8), desc), 1, nullptr, &one, nullptr));
  desc.shift = 300;
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS,
            enqueue(project(buffer(4096), buffer(4096), desc), 1, nullptr, &one, nullptr));
  EXPECT_EQ(CL_INVALID_OPERATION,
            clEnqueueNativeKernel(
                commands, [](void*) {}, nullptr, 0, 0, nullptr, nullptr, 0, nullptr, nullptr));
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
}

}  // namespace
}  // namespace photic::test
