// SPDX-License-Identifier: Apache-2.0
// Programs: of built-in kernels, and what is left of the others without a compiler.
#include <array>
#include <sstream>

#include "tests/conformance/opencl/fixture.h"

namespace photic::test {
namespace {

class OpenClProgram : public OpenClTest {
 protected:
  // What clCreateProgramWithBuiltInKernels answers for the optical device.
  cl_int create(const char* names) {
    cl_int error = CL_SUCCESS;
    cl_program made = clCreateProgramWithBuiltInKernels(context_, 1, &opu_, names, &error);
    if (made != nullptr) {
      clReleaseProgram(made);
    }
    EXPECT_EQ(error == CL_SUCCESS, made != nullptr);
    return error;
  }
  void SetUp() override {
    OpenClTest::SetUp();
    const char* text = "kernel void k() {}";
    cl_int error = CL_INVALID_VALUE;
    source_ = clCreateProgramWithSource(context_, 1, &text, nullptr, &error);
    ASSERT_EQ(CL_SUCCESS, error);
  }
  void TearDown() override {
    EXPECT_EQ(CL_SUCCESS, clReleaseProgram(source_));
    OpenClTest::TearDown();
  }
  cl_program source_ = nullptr;
};

TEST_F(OpenClProgram, OfBuiltInKernelsHasItsKernelsAtOnce) {
  cl_program made = program(opu_, "photic_nop;photic_opu_project");
  EXPECT_EQ(2U, info<size_t>(clGetProgramInfo, made, CL_PROGRAM_NUM_KERNELS));
  EXPECT_EQ("photic_nop;photic_opu_project", info_text(clGetProgramInfo, made, CL_PROGRAM_KERNEL_NAMES));
  EXPECT_EQ("", info_text(clGetProgramInfo, made, CL_PROGRAM_SOURCE));
  EXPECT_EQ((std::vector<cl_device_id>{opu_}),
            info_list<cl_device_id>(clGetProgramInfo, made, CL_PROGRAM_DEVICES));
  EXPECT_EQ(1U, info<cl_uint>(clGetProgramInfo, made, CL_PROGRAM_NUM_DEVICES));
  EXPECT_EQ(context_, info<cl_context>(clGetProgramInfo, made, CL_PROGRAM_CONTEXT));
  const auto build = [&](cl_program of, cl_uint name) {
    cl_int answer = 1;
    EXPECT_EQ(CL_SUCCESS, clGetProgramBuildInfo(of, opu_, name, sizeof(answer), &answer, nullptr));
    return answer;
  };
  EXPECT_EQ(CL_BUILD_SUCCESS, build(made, CL_PROGRAM_BUILD_STATUS));
  EXPECT_EQ(CL_BUILD_NONE, build(source_, CL_PROGRAM_BUILD_STATUS));
  EXPECT_EQ(cl_int{CL_PROGRAM_BINARY_TYPE_NONE}, build(source_, CL_PROGRAM_BINARY_TYPE));
}

TEST_F(OpenClProgram, OfBuiltInKernelsMayBeForSeveralDevicesWithDifferentKernels) {
  cl_int error = CL_INVALID_VALUE;
  cl_program made = clCreateProgramWithBuiltInKernels(
      context_, static_cast<cl_uint>(all_.size()), all_.data(), "photic_opu_project;photic_spu_run", &error);
  EXPECT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(CL_SUCCESS, clReleaseProgram(made));
}

TEST_F(OpenClProgram, RefusesKernelsThatNoDeviceOfTheListHas) {
  EXPECT_EQ(CL_SUCCESS, create("photic_nop;photic_nop"));
  EXPECT_EQ(CL_INVALID_VALUE, create("photic_no_such_kernel"));
  EXPECT_EQ(CL_INVALID_VALUE, create("photic_nop;photic_spu_run"));
  EXPECT_EQ(CL_INVALID_VALUE, create("photic_nop;;photic_counters"));
  EXPECT_EQ(CL_INVALID_VALUE, create("photic_nop photic_counters"));
  EXPECT_EQ(CL_INVALID_VALUE, create(""));
  EXPECT_EQ(CL_INVALID_VALUE, create(nullptr));
}

TEST_F(OpenClProgram, RefusesListsWithoutDevicesAndDevicesOfNoContextOfTheirs) {
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, clCreateProgramWithBuiltInKernels(context_, 0, &opu_, "photic_nop", &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  EXPECT_EQ(nullptr, clCreateProgramWithBuiltInKernels(context_, 1, nullptr, "photic_nop", &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  cl_context other = clCreateContext(nullptr, 1, &spu_, nullptr, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(nullptr, clCreateProgramWithBuiltInKernels(other, 1, &opu_, "photic_nop", &error));
  EXPECT_EQ(CL_INVALID_DEVICE, error);
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(other));
  const auto wrong = reinterpret_cast<cl_context>(opu_);
  EXPECT_EQ(nullptr, clCreateProgramWithBuiltInKernels(wrong, 1, &opu_, "photic_nop", &error));
  EXPECT_EQ(CL_INVALID_CONTEXT, error);
}

TEST_F(OpenClProgram, BuildingOneOfBuiltInKernelsDoesNothingAndTellsSo) {
  cl_program made = program(opu_, "photic_nop");
  EXPECT_EQ(CL_SUCCESS, clBuildProgram(made, 0, nullptr, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_SUCCESS, clBuildProgram(made, 1, &opu_, "", nullptr, nullptr));
  cl_program told = nullptr;
  EXPECT_EQ(CL_SUCCESS,
            clBuildProgram(
                made, 1, &opu_, nullptr,
                [](cl_program built, void* data) { *static_cast<cl_program*>(data) = built; }, &told));
  EXPECT_EQ(made, told);
}

TEST_F(OpenClProgram, BuildingChecksItsArguments) {
  cl_program made = program(opu_, "photic_nop");
  EXPECT_EQ(CL_INVALID_VALUE, clBuildProgram(made, 1, nullptr, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clBuildProgram(made, 0, &opu_, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clBuildProgram(made, 0, nullptr, nullptr, nullptr, &made));
  EXPECT_EQ(CL_INVALID_DEVICE, clBuildProgram(made, 1, &spu_, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_PROGRAM,
            clBuildProgram(reinterpret_cast<cl_program>(context_), 0, nullptr, nullptr, nullptr, nullptr));
}

TEST_F(OpenClProgram, OfSourceKeepsItsTextButHasNoCompilerAndNoKernels) {
  EXPECT_EQ("kernel void k() {}", info_text(clGetProgramInfo, source_, CL_PROGRAM_SOURCE));
  EXPECT_EQ(all_, info_list<cl_device_id>(clGetProgramInfo, source_, CL_PROGRAM_DEVICES));
  EXPECT_EQ(CL_COMPILER_NOT_AVAILABLE, clBuildProgram(source_, 0, nullptr, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_COMPILER_NOT_AVAILABLE,
            clCompileProgram(source_, 0, nullptr, nullptr, 0, nullptr, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_PROGRAM_EXECUTABLE,
            clGetProgramInfo(source_, CL_PROGRAM_NUM_KERNELS, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_PROGRAM_EXECUTABLE,
            clGetProgramInfo(source_, CL_PROGRAM_KERNEL_NAMES, 0, nullptr, nullptr));
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, clCreateKernel(source_, "k", &error));
  EXPECT_EQ(CL_INVALID_PROGRAM_EXECUTABLE, error);
  EXPECT_EQ(CL_INVALID_PROGRAM_EXECUTABLE, clCreateKernelsInProgram(source_, 0, nullptr, nullptr));
}

TEST_F(OpenClProgram, SourceIsPutTogetherFromItsPieces) {
  std::array<const char*, 3> pieces{"abc", "defg", "hi"};
  const std::array<size_t, 3> lengths{0, 2, 0};
  cl_int error = CL_INVALID_VALUE;
  cl_program made = clCreateProgramWithSource(context_, 3, pieces.data(), lengths.data(), &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ("abcdehi", info_text(clGetProgramInfo, made, CL_PROGRAM_SOURCE));
  EXPECT_EQ(CL_SUCCESS, clReleaseProgram(made));
  pieces[1] = nullptr;
  EXPECT_EQ(nullptr, clCreateProgramWithSource(context_, 3, pieces.data(), nullptr, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  EXPECT_EQ(nullptr, clCreateProgramWithSource(context_, 0, pieces.data(), nullptr, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
}

TEST_F(OpenClProgram, NoDeviceTakesBinariesOrAnIntermediateLanguage) {
  const std::array<unsigned char, 4> bytes{1, 2, 3, 4};
  const unsigned char* binary = bytes.data();
  size_t length = bytes.size();
  cl_int status = CL_SUCCESS;
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, clCreateProgramWithBinary(context_, 1, &opu_, &length, &binary, &status, &error));
  EXPECT_EQ(CL_INVALID_BINARY, error);
  EXPECT_EQ(CL_INVALID_BINARY, status);
  length = 0;
  EXPECT_EQ(nullptr, clCreateProgramWithBinary(context_, 1, &opu_, &length, &binary, &status, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  EXPECT_EQ(CL_INVALID_VALUE, status);
  EXPECT_EQ(nullptr, clCreateProgramWithIL(context_, bytes.data(), bytes.size(), &error));
  EXPECT_EQ(CL_INVALID_OPERATION, error);
  EXPECT_EQ((std::vector<size_t>(all_.size(), 0)),
            info_list<size_t>(clGetProgramInfo, source_, CL_PROGRAM_BINARY_SIZES));
}

TEST_F(OpenClProgram, NothingIsLinkedOrCompiledTwice) {
  cl_program made = program(opu_, "photic_nop");
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(CL_INVALID_OPERATION,
            clCompileProgram(made, 0, nullptr, nullptr, 0, nullptr, nullptr, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE,
            clCompileProgram(source_, 0, nullptr, nullptr, 1, nullptr, nullptr, nullptr, nullptr));
  EXPECT_EQ(nullptr, clLinkProgram(context_, 0, nullptr, nullptr, 1, &source_, nullptr, nullptr, &error));
  EXPECT_EQ(CL_LINKER_NOT_AVAILABLE, error);
  EXPECT_EQ(nullptr, clLinkProgram(context_, 0, nullptr, nullptr, 0, nullptr, nullptr, nullptr, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  const auto wrong = reinterpret_cast<cl_program>(context_);
  EXPECT_EQ(nullptr, clLinkProgram(context_, 0, nullptr, nullptr, 1, &wrong, nullptr, nullptr, &error));
  EXPECT_EQ(CL_INVALID_PROGRAM, error);
  EXPECT_EQ(CL_INVALID_OPERATION, clSetProgramSpecializationConstant(made, 0, 4, &error));
  EXPECT_EQ(CL_INVALID_OPERATION, clSetProgramReleaseCallback(
                                      made, [](cl_program, void*) {}, nullptr));
}

TEST_F(OpenClProgram, CountsReferencesAndRefusesWrongHandles) {
  EXPECT_EQ(CL_SUCCESS, clRetainProgram(source_));
  EXPECT_EQ(2U, info<cl_uint>(clGetProgramInfo, source_, CL_PROGRAM_REFERENCE_COUNT));
  EXPECT_EQ(CL_SUCCESS, clReleaseProgram(source_));
  const auto wrong = reinterpret_cast<cl_program>(context_);
  EXPECT_EQ(CL_INVALID_PROGRAM, clRetainProgram(wrong));
  EXPECT_EQ(CL_INVALID_PROGRAM, clGetProgramInfo(wrong, CL_PROGRAM_SOURCE, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_PROGRAM,
            clGetProgramBuildInfo(wrong, opu_, CL_PROGRAM_BUILD_LOG, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_DEVICE, clGetProgramBuildInfo(program(opu_, "photic_nop"), spu_, CL_PROGRAM_BUILD_LOG,
                                                     0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clGetProgramBuildInfo(source_, opu_, CL_PROGRAM_SOURCE, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clGetProgramInfo(source_, CL_PROGRAM_BUILD_LOG, 0, nullptr, nullptr));
}

}  // namespace
}  // namespace photic::test
