// SPDX-License-Identifier: Apache-2.0
// Kernels: their arguments, what is refused when they are set, and what they say of themselves.
#include <array>
#include <numeric>
#include <utility>

#include "tests/conformance/opencl/fixture.h"

namespace photic::test {
namespace {

class OpenClKernel : public OpenClTest {
 protected:
  static std::string argument_text(cl_kernel kernel, cl_uint index, cl_kernel_arg_info name) {
    const auto query = [index](cl_kernel of, cl_uint what, size_t size, void* value, size_t* size_ret) {
      return clGetKernelArgInfo(of, index, what, size, value, size_ret);
    };
    return info_text(query, kernel, name);
  }
  template <typename T>
  static T argument(cl_kernel kernel, cl_uint index, cl_kernel_arg_info name) {
    const auto query = [index](cl_kernel of, cl_uint what, size_t size, void* value, size_t* size_ret) {
      return clGetKernelArgInfo(of, index, what, size, value, size_ret);
    };
    return info<T>(query, kernel, name);
  }
  static std::vector<std::string> argument_names(cl_kernel kernel) {
    std::vector<std::string> names;
    for (cl_uint i = 0; i < info<cl_uint>(clGetKernelInfo, kernel, CL_KERNEL_NUM_ARGS); ++i) {
      names.push_back(argument_text(kernel, i, CL_KERNEL_ARG_NAME));
    }
    return names;
  }
  // A command of the kernel in a queue of the device; what enqueueing it answers.
  cl_int run(cl_device_id device, cl_kernel kernel) {
    const size_t one = 1;
    cl_command_queue in = queue(device);
    const cl_int error = clEnqueueNDRangeKernel(in, kernel, 1, nullptr, &one, nullptr, 0, nullptr, nullptr);
    EXPECT_EQ(CL_SUCCESS, clFinish(in));
    return error;
  }
};

using Names = std::vector<std::string>;

TEST_F(OpenClKernel, NamesEveryArgumentInTheOrderOfTheReference) {
  EXPECT_EQ(Names{}, argument_names(kernel(opu_, "photic_nop")));
  EXPECT_EQ(Names{"values"}, argument_names(kernel(spu_, "photic_counters")));
  EXPECT_EQ((Names{"laser_power", "laser_shift", "adc_bits"}),
            argument_names(kernel(opu_, "photic_opu_configure")));
  const Names fields{"features", "vectors",   "input_format", "input_planes", "scheme",      "output_format",
                     "layout",   "strict",    "mirror_row",   "mirror_col",   "mirror_rows", "mirror_cols",
                     "macro",    "grid_cols", "scale",        "shift",        "camera_row",  "camera_rows",
                     "outputs",  "exposure",  "frame",        "timeout"};
  EXPECT_EQ(fields, argument_names(kernel(opu_, "photic_opu_calibrate")));
  Names projection{"source", "destination"};
  projection.insert(projection.end(), fields.begin(), fields.end());
  EXPECT_EQ(projection, argument_names(kernel(opu_, "photic_opu_project")));
  EXPECT_EQ(Names{"seed"}, argument_names(kernel(spu_, "photic_spu_configure")));
  EXPECT_EQ((Names{"source", "core", "cores", "region", "word", "words", "timeout"}),
            argument_names(kernel(spu_, "photic_spu_write")));
  EXPECT_EQ((Names{"destination", "core", "cores", "region", "word", "words", "timeout"}),
            argument_names(kernel(spu_, "photic_spu_read")));
  EXPECT_EQ(Names{"what"}, argument_names(kernel(spu_, "photic_spu_clear")));
  EXPECT_EQ(
      (Names{"source", "destination", "trace", "source_words", "step", "steps", "epoch", "period", "record",
             "outputs", "probe_core", "probe_neuron", "probe_neurons", "clear_first", "strict", "timeout"}),
      argument_names(kernel(spu_, "photic_spu_run")));
}

TEST_F(OpenClKernel, TellsTheTypesOfItsArguments) {
  cl_kernel project = kernel(opu_, "photic_opu_project");
  EXPECT_EQ("uchar*", argument_text(project, 0, CL_KERNEL_ARG_TYPE_NAME));
  EXPECT_EQ("uint", argument_text(project, 2, CL_KERNEL_ARG_TYPE_NAME));
  using Qualifier = cl_kernel_arg_type_qualifier;
  EXPECT_EQ(Qualifier{CL_KERNEL_ARG_TYPE_CONST},
            argument<Qualifier>(project, 0, CL_KERNEL_ARG_TYPE_QUALIFIER));
  EXPECT_EQ(Qualifier{CL_KERNEL_ARG_TYPE_NONE},
            argument<Qualifier>(project, 1, CL_KERNEL_ARG_TYPE_QUALIFIER));
  using Address = cl_kernel_arg_address_qualifier;
  EXPECT_EQ(Address{CL_KERNEL_ARG_ADDRESS_GLOBAL},
            argument<Address>(project, 0, CL_KERNEL_ARG_ADDRESS_QUALIFIER));
  EXPECT_EQ(Address{CL_KERNEL_ARG_ADDRESS_PRIVATE},
            argument<Address>(project, 2, CL_KERNEL_ARG_ADDRESS_QUALIFIER));
  EXPECT_EQ(cl_kernel_arg_access_qualifier{CL_KERNEL_ARG_ACCESS_NONE},
            argument<cl_kernel_arg_access_qualifier>(project, 0, CL_KERNEL_ARG_ACCESS_QUALIFIER));
  EXPECT_EQ("ulong*", argument_text(kernel(spu_, "photic_spu_write"), 0, CL_KERNEL_ARG_TYPE_NAME));
  EXPECT_EQ(CL_INVALID_ARG_INDEX, clGetKernelArgInfo(project, 24, CL_KERNEL_ARG_NAME, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clGetKernelArgInfo(project, 0, CL_KERNEL_NUM_ARGS, 0, nullptr, nullptr));
}

TEST_F(OpenClKernel, TellsWhatItIs) {
  cl_program made = program(opu_, "photic_nop");
  cl_int error = CL_INVALID_VALUE;
  cl_kernel nop = clCreateKernel(made, "photic_nop", &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ("photic_nop", info_text(clGetKernelInfo, nop, CL_KERNEL_FUNCTION_NAME));
  EXPECT_EQ("", info_text(clGetKernelInfo, nop, CL_KERNEL_ATTRIBUTES));
  EXPECT_EQ(made, info<cl_program>(clGetKernelInfo, nop, CL_KERNEL_PROGRAM));
  EXPECT_EQ(context_, info<cl_context>(clGetKernelInfo, nop, CL_KERNEL_CONTEXT));
  EXPECT_EQ(CL_SUCCESS, clRetainKernel(nop));
  EXPECT_EQ(2U, info<cl_uint>(clGetKernelInfo, nop, CL_KERNEL_REFERENCE_COUNT));
  EXPECT_EQ(CL_SUCCESS, clReleaseKernel(nop));
  EXPECT_EQ(CL_SUCCESS, clReleaseKernel(nop));
  EXPECT_EQ(CL_INVALID_VALUE,
            clGetKernelInfo(kernel(opu_, "photic_nop"), CL_KERNEL_ARG_NAME, 0, nullptr, nullptr));
}

TEST_F(OpenClKernel, RunsAsOneTaskOfOneItem) {
  cl_kernel nop = kernel(opu_, "photic_nop");
  const auto of_device = [&](cl_kernel of, cl_uint name, size_t size, void* value, size_t* size_ret) {
    return clGetKernelWorkGroupInfo(of, opu_, name, size, value, size_ret);
  };
  EXPECT_EQ((std::vector<size_t>{1, 1, 1}), info_list<size_t>(of_device, nop, CL_KERNEL_GLOBAL_WORK_SIZE));
  EXPECT_EQ((std::vector<size_t>{0, 0, 0}),
            info_list<size_t>(of_device, nop, CL_KERNEL_COMPILE_WORK_GROUP_SIZE));
  EXPECT_EQ(1U, info<size_t>(of_device, nop, CL_KERNEL_WORK_GROUP_SIZE));
  EXPECT_EQ(1U, info<size_t>(of_device, nop, CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE));
  EXPECT_EQ(0U, info<cl_ulong>(of_device, nop, CL_KERNEL_LOCAL_MEM_SIZE));
  EXPECT_EQ(0U, info<cl_ulong>(of_device, nop, CL_KERNEL_PRIVATE_MEM_SIZE));
  size_t size = 0;
  EXPECT_EQ(CL_SUCCESS,
            clGetKernelWorkGroupInfo(nop, nullptr, CL_KERNEL_WORK_GROUP_SIZE, sizeof(size), &size, nullptr));
  EXPECT_EQ(CL_INVALID_DEVICE,
            clGetKernelWorkGroupInfo(nop, spu_, CL_KERNEL_WORK_GROUP_SIZE, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clGetKernelWorkGroupInfo(nop, opu_, CL_KERNEL_NUM_ARGS, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_OPERATION, clGetKernelSubGroupInfo(nop, opu_, CL_KERNEL_MAX_NUM_SUB_GROUPS, 0, nullptr,
                                                          0, nullptr, nullptr));
}

TEST_F(OpenClKernel, SuggestsAWorkGroupOfOneItem) {
  const auto suggest = reinterpret_cast<clGetKernelSuggestedLocalWorkSizeKHR_fn>(
      clGetExtensionFunctionAddressForPlatform(platform(), "clGetKernelSuggestedLocalWorkSizeKHR"));
  ASSERT_NE(nullptr, suggest);
  cl_kernel nop = kernel(opu_, "photic_nop");
  cl_command_queue in = queue(opu_);
  const std::array<size_t, 3> ones{1, 1, 1};
  const std::array<size_t, 3> twos{2, 1, 1};
  std::array<size_t, 3> local{};
  EXPECT_EQ(CL_SUCCESS, suggest(in, nop, 3, nullptr, ones.data(), local.data()));
  EXPECT_EQ(ones, local);
  EXPECT_EQ(CL_INVALID_GLOBAL_WORK_SIZE, suggest(in, nop, 3, nullptr, twos.data(), local.data()));
  EXPECT_EQ(CL_INVALID_WORK_DIMENSION, suggest(in, nop, 4, nullptr, ones.data(), local.data()));
  EXPECT_EQ(CL_INVALID_VALUE, suggest(in, nop, 1, nullptr, ones.data(), nullptr));
  EXPECT_EQ(CL_INVALID_PROGRAM_EXECUTABLE, suggest(queue(spu_), nop, 1, nullptr, ones.data(), local.data()));
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS,
            suggest(in, kernel(opu_, "photic_opu_configure"), 1, nullptr, ones.data(), local.data()));
}

TEST_F(OpenClKernel, IsMadeOnlyOfAProgramThatHasIt) {
  cl_program made = program(opu_, "photic_nop;photic_counters");
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, clCreateKernel(made, "photic_opu_project", &error));
  EXPECT_EQ(CL_INVALID_KERNEL_NAME, error);
  EXPECT_EQ(nullptr, clCreateKernel(made, nullptr, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  EXPECT_EQ(nullptr, clCreateKernel(reinterpret_cast<cl_program>(context_), "photic_nop", &error));
  EXPECT_EQ(CL_INVALID_PROGRAM, error);
  cl_uint count = 0;
  EXPECT_EQ(CL_SUCCESS, clCreateKernelsInProgram(made, 0, nullptr, &count));
  EXPECT_EQ(2U, count);
  std::array<cl_kernel, 2> all{};
  EXPECT_EQ(CL_INVALID_VALUE, clCreateKernelsInProgram(made, 1, all.data(), &count));
  EXPECT_EQ(CL_SUCCESS, clCreateKernelsInProgram(made, 2, all.data(), nullptr));
  EXPECT_EQ("photic_counters", info_text(clGetKernelInfo, all[1], CL_KERNEL_FUNCTION_NAME));
  for (cl_kernel one : all) {
    EXPECT_EQ(CL_SUCCESS, clReleaseKernel(one));
  }
}

TEST_F(OpenClKernel, RefusesNumbersOfAnotherSizeWithoutAValueOrTooMany) {
  cl_kernel clear = kernel(spu_, "photic_spu_clear");
  const cl_ulong wide = 1;
  EXPECT_EQ(CL_INVALID_ARG_INDEX, clSetKernelArg(clear, 1, sizeof(cl_uint), &wide));
  EXPECT_EQ(CL_INVALID_ARG_SIZE, clSetKernelArg(clear, 0, sizeof(wide), &wide));
  EXPECT_EQ(CL_INVALID_ARG_SIZE, clSetKernelArg(clear, 0, 0, &wide));
  EXPECT_EQ(CL_INVALID_ARG_VALUE, clSetKernelArg(clear, 0, sizeof(cl_uint), nullptr));
  EXPECT_EQ(CL_INVALID_KERNEL,
            clSetKernelArg(reinterpret_cast<cl_kernel>(context_), 0, sizeof(cl_uint), &wide));
  EXPECT_EQ(CL_INVALID_OPERATION, clSetKernelArgSVMPointer(clear, 0, nullptr));
  EXPECT_EQ(CL_INVALID_OPERATION, clSetKernelExecInfo(clear, CL_KERNEL_EXEC_INFO_SVM_PTRS, 0, nullptr));
}

TEST_F(OpenClKernel, RefusesMemoryThatIsNoneOrOfAnotherContext) {
  cl_kernel counters = kernel(opu_, "photic_counters");
  cl_mem good = buffer(4096);
  EXPECT_EQ(CL_SUCCESS, clSetKernelArg(counters, 0, sizeof(cl_mem), &good));
  EXPECT_EQ(CL_INVALID_ARG_SIZE, clSetKernelArg(counters, 0, sizeof(cl_uint), &good));
  int nothing = 0;
  for (void* wrong : {static_cast<void*>(context_), static_cast<void*>(&nothing)}) {
    EXPECT_EQ(CL_INVALID_MEM_OBJECT,
              clSetKernelArg(counters, 0, sizeof(cl_mem), static_cast<const void*>(&wrong)));
  }
  cl_int error = CL_INVALID_VALUE;
  cl_context other = clCreateContext(nullptr, 1, &opu_, nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  cl_mem foreign = clCreateBuffer(other, CL_MEM_READ_WRITE, 64, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(CL_INVALID_MEM_OBJECT,
            clSetKernelArg(counters, 0, sizeof(cl_mem), static_cast<const void*>(&foreign)));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(foreign));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(other));
}

TEST_F(OpenClKernel, RunsOnlyWithEveryArgumentSetAndEveryBufferItNeeds) {
  cl_kernel counters = kernel(opu_, "photic_counters");
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS, run(opu_, counters));
  EXPECT_EQ(CL_SUCCESS, clSetKernelArg(counters, 0, sizeof(cl_mem), nullptr));
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS, run(opu_, counters));
  set(counters, 0, buffer(8));
  EXPECT_EQ(CL_INVALID_BUFFER_SIZE, run(opu_, counters));
  set(counters, 0, buffer(4096));
  EXPECT_EQ(CL_SUCCESS, run(opu_, counters));
}

TEST_F(OpenClKernel, RefusesValuesThatNoCommandCanHold) {
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS, run(spu_, kernel_with(spu_, "photic_spu_clear", 256)));
  EXPECT_EQ(CL_SUCCESS, run(spu_, kernel_with(spu_, "photic_spu_clear", 1)));
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS, run(opu_, kernel_with(opu_, "photic_opu_configure", 65536, 0, 8)));
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS, run(opu_, kernel_with(opu_, "photic_opu_configure", 65535, 64, 8)));
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS, run(opu_, kernel_with(opu_, "photic_opu_configure", 65535, 0, 16)));
  cl_mem words = buffer(64);
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS,
            run(spu_, kernel_with(spu_, "photic_spu_read", words, 0x10000, 1, 0, 0, 1, 0)));
  EXPECT_EQ(CL_INVALID_BUFFER_SIZE, run(spu_, kernel_with(spu_, "photic_spu_read", words, 0, 1, 0, 0, 9, 0)));
  EXPECT_EQ(CL_SUCCESS, run(spu_, kernel_with(spu_, "photic_spu_read", words, 0, 1, 0, 0, 1, 0)));
}

TEST_F(OpenClKernel, RunsOnlyOnADeviceThatHasIt) {
  EXPECT_EQ(CL_INVALID_PROGRAM_EXECUTABLE, run(spu_, kernel(opu_, "photic_nop")));
  EXPECT_EQ(CL_SUCCESS, run(opu_, kernel(opu_, "photic_nop")));
}

TEST_F(OpenClKernel, ItsCloneHasTheArgumentsSetSoFarAndThenItsOwn) {
  cl_kernel configure = kernel_with(opu_, "photic_opu_configure", 1000, 0);
  cl_int error = CL_INVALID_VALUE;
  cl_kernel clone = clCloneKernel(configure, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  set(clone, 2, 8);
  EXPECT_EQ(CL_SUCCESS, run(opu_, clone));
  EXPECT_EQ(CL_INVALID_KERNEL_ARGS, run(opu_, configure));
  EXPECT_EQ(CL_SUCCESS, clReleaseKernel(clone));
  EXPECT_EQ(nullptr, clCloneKernel(reinterpret_cast<cl_kernel>(context_), &error));
  EXPECT_EQ(CL_INVALID_KERNEL, error);
}

TEST_F(OpenClKernel, ItsSettingsReachTheDeviceInTheOrderOfItsQueue) {
  cl_command_queue in = queue(opu_);
  std::array<unsigned char, 16> lit{};
  lit.fill(0xFF);
  cl_mem source = buffer(lit.size(), CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, lit.data());
  // A projection of twelve features onto twenty pixels, as bytes; in the dark all are 0.
  const auto project_with_laser = [&](cl_uint power) {
    cl_mem destination = buffer(64);
    const auto task = [&](cl_kernel of) {
      EXPECT_EQ(CL_SUCCESS, clEnqueueTask(in, of, 0, nullptr, nullptr));
    };
    task(kernel_with(opu_, "photic_opu_configure", power, 0, 8));
    task(kernel_with(opu_, "photic_opu_project", source, destination, 12, 1, 0, 1, 0, 0, 0, 0, 2, 5, 4, 9, 3,
                     0, 1, 0, 3, 2, 20, 100, 0, 0));
    return destination;
  };
  const auto sum_of = [&](cl_mem destination) {
    std::array<unsigned char, 20> pixels{};
    EXPECT_EQ(CL_SUCCESS, clEnqueueReadBuffer(in, destination, CL_TRUE, 0, pixels.size(), pixels.data(), 0,
                                              nullptr, nullptr));
    return std::accumulate(pixels.begin(), pixels.end(), 0);
  };
  cl_mem dark = project_with_laser(0);
  cl_mem light = project_with_laser(65535);
  cl_mem dark_again = project_with_laser(0);
  EXPECT_EQ(0, sum_of(dark));
  EXPECT_LT(0, sum_of(light));
  EXPECT_EQ(0, sum_of(dark_again));
}

}  // namespace
}  // namespace photic::test
