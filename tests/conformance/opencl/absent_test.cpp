// SPDX-License-Identifier: Apache-2.0
// What no device has is refused in the specification's words: images, samplers, pipes, shared virtual memory.
#include <array>

#include "tests/conformance/opencl/fixture.h"

namespace photic::test {
namespace {

class OpenClAbsent : public OpenClTest {
 protected:
  const cl_image_format format_{CL_R, CL_UNSIGNED_INT8};
  const std::array<size_t, 3> origin_{0, 0, 0};
  const std::array<size_t, 3> region_{1, 1, 1};
};

TEST_F(OpenClAbsent, NoImageFormatIsSupported) {
  for (cl_mem_object_type type :
       {CL_MEM_OBJECT_IMAGE2D, CL_MEM_OBJECT_IMAGE3D, CL_MEM_OBJECT_IMAGE1D_BUFFER}) {
    cl_uint count = 7;
    EXPECT_EQ(CL_SUCCESS, clGetSupportedImageFormats(context_, CL_MEM_READ_WRITE, type, 0, nullptr, &count));
    EXPECT_EQ(0U, count);
  }
  cl_image_format format{};
  EXPECT_EQ(CL_INVALID_VALUE, clGetSupportedImageFormats(context_, CL_MEM_READ_WRITE, CL_MEM_OBJECT_BUFFER, 0,
                                                         nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clGetSupportedImageFormats(context_, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D,
                                                         0, &format, nullptr));
  EXPECT_EQ(CL_INVALID_CONTEXT,
            clGetSupportedImageFormats(reinterpret_cast<cl_context>(opu_), CL_MEM_READ_WRITE,
                                       CL_MEM_OBJECT_IMAGE2D, 0, nullptr, nullptr));
}

TEST_F(OpenClAbsent, ImagesSamplersAndPipesAreNotMade) {
  cl_image_desc desc{};
  desc.image_type = CL_MEM_OBJECT_IMAGE2D;
  desc.image_width = desc.image_height = 4;
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, clCreateImage(context_, CL_MEM_READ_WRITE, &format_, &desc, nullptr, &error));
  EXPECT_EQ(CL_INVALID_OPERATION, error);
  EXPECT_EQ(nullptr, clCreateImageWithProperties(context_, nullptr, CL_MEM_READ_WRITE, &format_, &desc,
                                                 nullptr, &error));
  EXPECT_EQ(CL_INVALID_OPERATION, error);
  EXPECT_EQ(nullptr, clCreateImage2D(context_, CL_MEM_READ_WRITE, &format_, 4, 4, 0, nullptr, &error));
  EXPECT_EQ(CL_INVALID_OPERATION, error);
  EXPECT_EQ(nullptr, clCreateSampler(context_, CL_TRUE, CL_ADDRESS_CLAMP, CL_FILTER_NEAREST, &error));
  EXPECT_EQ(CL_INVALID_OPERATION, error);
  EXPECT_EQ(nullptr, clCreateSamplerWithProperties(context_, nullptr, &error));
  EXPECT_EQ(CL_INVALID_OPERATION, error);
  EXPECT_EQ(nullptr, clCreatePipe(context_, 0, 4, 4, nullptr, &error));
  EXPECT_EQ(CL_INVALID_OPERATION, error);
  EXPECT_EQ(nullptr, clCreateImage(reinterpret_cast<cl_context>(opu_), 0, &format_, &desc, nullptr, &error));
  EXPECT_EQ(CL_INVALID_CONTEXT, error);
}

TEST_F(OpenClAbsent, ABufferIsNoImageAndNoPipe) {
  cl_mem memory = buffer(64);
  cl_command_queue in = queue(opu_);
  std::array<char, 64> bytes{};
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, clEnqueueReadImage(in, memory, CL_TRUE, origin_.data(), region_.data(), 0,
                                                      0, bytes.data(), 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, clEnqueueFillImage(in, memory, bytes.data(), origin_.data(),
                                                      region_.data(), 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, clGetImageInfo(memory, CL_IMAGE_WIDTH, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, clGetPipeInfo(memory, CL_PIPE_PACKET_SIZE, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_COMMAND_QUEUE,
            clEnqueueReadImage(reinterpret_cast<cl_command_queue>(context_), memory, CL_TRUE, origin_.data(),
                               region_.data(), 0, 0, bytes.data(), 0, nullptr, nullptr));
  cl_int error = CL_SUCCESS;
  size_t pitch = 0;
  EXPECT_EQ(nullptr, clEnqueueMapImage(in, memory, CL_TRUE, CL_MAP_READ, origin_.data(), region_.data(),
                                       &pitch, nullptr, 0, nullptr, nullptr, &error));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, error);
}

TEST_F(OpenClAbsent, SharedVirtualMemoryIsNotThere) {
  EXPECT_EQ(nullptr, clSVMAlloc(context_, CL_MEM_READ_WRITE, 64, 0));
  clSVMFree(context_, nullptr);
  cl_command_queue in = queue(opu_);
  int from = 1;
  int to = 0;
  EXPECT_EQ(CL_INVALID_OPERATION,
            clEnqueueSVMMemcpy(in, CL_TRUE, &to, &from, sizeof(to), 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_OPERATION,
            clEnqueueSVMMemFill(in, &to, &from, sizeof(to), sizeof(to), 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_OPERATION,
            clEnqueueSVMMap(in, CL_TRUE, CL_MAP_READ, &to, sizeof(to), 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_COMMAND_QUEUE,
            clEnqueueSVMUnmap(reinterpret_cast<cl_command_queue>(context_), &to, 0, nullptr, nullptr));
  EXPECT_EQ(0, to);
}

}  // namespace
}  // namespace photic::test
