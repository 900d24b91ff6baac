// SPDX-License-Identifier: Apache-2.0
// Reads, writes, copies and fills, in lines and in rectangles.
#include <array>

#include "tests/conformance/opencl/commands/commands.h"

namespace photic::test {
namespace {

using Sides = std::array<size_t, 3>;

class TransfersTest : public CommandsTest {
 protected:
  void SetUp() override {
    CommandsTest::SetUp();
    commands_ = queue(opu_);
  }
  cl_mem filled(const Bytes& bytes) {
    Bytes start = bytes;
    return buffer(bytes.size(), CL_MEM_COPY_HOST_PTR, start.data());
  }
  cl_int copy(cl_mem from, cl_mem to, size_t from_offset, size_t to_offset, size_t size) {
    return clEnqueueCopyBuffer(commands_, from, to, from_offset, to_offset, size, 0, nullptr, nullptr);
  }
  cl_int copy_box(cl_mem from, cl_mem to, const Sides& from_origin, const Sides& to_origin,
                  const Sides& region, size_t from_row, size_t from_slice, size_t to_row, size_t to_slice) {
    return clEnqueueCopyBufferRect(commands_, from, to, from_origin.data(), to_origin.data(), region.data(),
                                   from_row, from_slice, to_row, to_slice, 0, nullptr, nullptr);
  }
  cl_int fill(cl_mem target, const Bytes& pattern, size_t offset, size_t size) {
    return clEnqueueFillBuffer(commands_, target, pattern.data(), pattern.size(), offset, size, 0, nullptr,
                               nullptr);
  }
  cl_command_queue commands_ = nullptr;
};

TEST_F(TransfersTest, WriteAndReadLines) {
  cl_mem target = buffer(100);
  const Bytes bytes = counted(30, 1);
  EXPECT_EQ(CL_SUCCESS,
            clEnqueueWriteBuffer(commands_, target, CL_TRUE, 50, 30, bytes.data(), 0, nullptr, nullptr));
  Bytes expected(100);
  std::copy(bytes.begin(), bytes.end(), expected.begin() + 50);
  EXPECT_EQ(expected, read(commands_, target, 0, 100));
}

TEST_F(TransfersTest, RefuseLinesOutsideTheBuffer) {
  cl_mem target = buffer(100);
  Bytes bytes(200);
  const auto reads = [&](cl_mem from, size_t offset, size_t size, void* to) {
    return clEnqueueReadBuffer(commands_, from, CL_TRUE, offset, size, to, 0, nullptr, nullptr);
  };
  EXPECT_EQ(CL_INVALID_VALUE, reads(target, 0, 101, bytes.data()));
  EXPECT_EQ(CL_INVALID_VALUE, reads(target, 101, 1, bytes.data()));
  EXPECT_EQ(CL_INVALID_VALUE, reads(target, 50, SIZE_MAX, bytes.data()));
  EXPECT_EQ(CL_INVALID_VALUE, reads(target, 0, 10, nullptr));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, reads(nullptr, 0, 10, bytes.data()));
  EXPECT_EQ(CL_INVALID_COMMAND_QUEUE,
            clEnqueueReadBuffer(nullptr, target, CL_TRUE, 0, 1, bytes.data(), 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE,
            clEnqueueWriteBuffer(commands_, target, CL_TRUE, 99, 2, bytes.data(), 0, nullptr, nullptr));
  cl_int error = CL_SUCCESS;
  cl_context other = clCreateContext(nullptr, 1, &opu_, nullptr, nullptr, &error);
  cl_mem foreign = clCreateBuffer(other, 0, 16, nullptr, &error);
  EXPECT_EQ(CL_INVALID_CONTEXT, reads(foreign, 0, 1, bytes.data()));
  EXPECT_EQ(CL_INVALID_CONTEXT, copy(foreign, target, 0, 0, 1));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(foreign));
  EXPECT_EQ(CL_SUCCESS, clReleaseContext(other));
}

TEST_F(TransfersTest, CopyLines) {
  const Bytes bytes = counted(100);
  cl_mem from = filled(bytes);
  cl_mem to = buffer(100);
  EXPECT_EQ(CL_SUCCESS, copy(from, to, 10, 20, 30));
  EXPECT_EQ(Bytes(bytes.begin() + 10, bytes.begin() + 40), read(commands_, to, 20, 30));
  EXPECT_EQ(CL_SUCCESS, copy(from, from, 0, 50, 50)) << "neighbours do not overlap";
  EXPECT_EQ(CL_MEM_COPY_OVERLAP, copy(from, from, 0, 49, 50));
  EXPECT_EQ(CL_MEM_COPY_OVERLAP, copy(from, from, 49, 0, 50));
  EXPECT_EQ(CL_INVALID_VALUE, copy(from, to, 91, 0, 10));
  EXPECT_EQ(CL_INVALID_VALUE, copy(from, to, 0, 91, 10));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, copy(nullptr, to, 0, 0, 1));
}

TEST_F(TransfersTest, SeeOverlapsOfPartsOfOneBuffer) {
  const size_t step = info<cl_uint>(clGetDeviceInfo, opu_, CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
  cl_mem whole = buffer(4 * step);
  const auto part = [&](size_t origin, size_t size) {
    const cl_buffer_region region{origin, size};
    return clCreateSubBuffer(whole, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, nullptr);
  };
  cl_mem first = part(0, 2 * step);
  cl_mem second = part(step, 2 * step);
  EXPECT_EQ(CL_MEM_COPY_OVERLAP, copy(first, second, step, 0, 1));
  EXPECT_EQ(CL_SUCCESS, copy(first, second, 0, 0, step));
  EXPECT_EQ(CL_MEM_COPY_OVERLAP, copy(whole, second, step, 0, 1));
  EXPECT_EQ(CL_MEM_COPY_OVERLAP, copy_box(first, second, {step, 0, 0}, {0, 0, 0}, {4, 2, 1}, 8, 0, 8, 0));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(first));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(second));
}

// The definition of a rectangular transfer, byte by byte.
void copy_bytes(const Bytes& from, const Sides& from_origin, size_t from_row, size_t from_slice, Bytes& to,
                const Sides& to_origin, size_t to_row, size_t to_slice, const Sides& region) {
  for (size_t z = 0; z < region[2]; ++z) {
    for (size_t y = 0; y < region[1]; ++y) {
      for (size_t x = 0; x < region[0]; ++x) {
        to.at((to_origin[2] + z) * to_slice + (to_origin[1] + y) * to_row + to_origin[0] + x) =
            from.at((from_origin[2] + z) * from_slice + (from_origin[1] + y) * from_row + from_origin[0] + x);
      }
    }
  }
}

TEST_F(TransfersTest, MoveBoxes) {
  const Bytes bytes = counted(5 * 7 * 11);
  const Sides region = {3, 4, 2};
  const Sides from_origin = {2, 1, 3};
  const Sides to_origin = {1, 2, 1};
  Bytes expected(6 * 8 * 4);
  copy_bytes(bytes, from_origin, 5, 35, expected, to_origin, 6, 48, region);
  cl_mem from = filled(bytes);
  cl_mem to = buffer(expected.size());
  EXPECT_EQ(CL_SUCCESS, copy_box(from, to, from_origin, to_origin, region, 5, 35, 6, 48));
  EXPECT_EQ(expected, read(commands_, to, 0, expected.size()));

  cl_mem written = buffer(expected.size());
  EXPECT_EQ(CL_SUCCESS,
            clEnqueueWriteBufferRect(commands_, written, CL_TRUE, to_origin.data(), from_origin.data(),
                                     region.data(), 6, 48, 5, 35, bytes.data(), 0, nullptr, nullptr));
  EXPECT_EQ(expected, read(commands_, written, 0, expected.size()));

  Bytes back(expected.size());
  EXPECT_EQ(CL_SUCCESS,
            clEnqueueReadBufferRect(commands_, from, CL_TRUE, from_origin.data(), to_origin.data(),
                                    region.data(), 5, 35, 6, 48, back.data(), 0, nullptr, nullptr));
  EXPECT_EQ(expected, back);
}

TEST_F(TransfersTest, TakePitchesOfZeroAsTight) {
  const Bytes bytes = counted(24);
  cl_mem from = filled(bytes);
  cl_mem to = buffer(24);
  EXPECT_EQ(CL_SUCCESS, copy_box(from, to, {0, 0, 0}, {0, 0, 0}, {2, 3, 4}, 0, 0, 0, 0));
  EXPECT_EQ(bytes, read(commands_, to, 0, 24));
}

TEST_F(TransfersTest, RefuseBoxesThatMakeNoSense) {
  cl_mem from = buffer(64);
  cl_mem to = buffer(64);
  const Sides zero = {};
  EXPECT_EQ(CL_INVALID_VALUE, copy_box(from, to, zero, zero, {0, 1, 1}, 0, 0, 0, 0));
  EXPECT_EQ(CL_INVALID_VALUE, copy_box(from, to, zero, zero, {4, 1, 0}, 0, 0, 0, 0));
  EXPECT_EQ(CL_INVALID_VALUE, copy_box(from, to, zero, zero, {4, 2, 1}, 3, 0, 0, 0)) << "row pitch";
  EXPECT_EQ(CL_INVALID_VALUE, copy_box(from, to, zero, zero, {4, 2, 2}, 4, 7, 0, 0)) << "slice pitch";
  EXPECT_EQ(CL_INVALID_VALUE, copy_box(from, to, zero, zero, {4, 2, 2}, 0, 0, 5, 11)) << "no whole rows";
  EXPECT_EQ(CL_INVALID_VALUE, copy_box(from, to, {0, 0, 1}, zero, {8, 8, 1}, 8, 64, 0, 0)) << "outside";
  EXPECT_EQ(CL_INVALID_VALUE, copy_box(from, to, {SIZE_MAX, 0, 0}, zero, {8, 1, 1}, 0, 0, 0, 0));
  EXPECT_EQ(CL_INVALID_VALUE, copy_box(from, to, {0, SIZE_MAX / 2, 0}, zero, {8, 1, 1}, 4, 0, 0, 0));
  EXPECT_EQ(CL_INVALID_VALUE, copy_box(from, from, zero, {0, 4, 0}, {4, 2, 1}, 8, 0, 4, 0))
      << "one buffer, two pitches";
  EXPECT_EQ(CL_INVALID_VALUE, clEnqueueCopyBufferRect(commands_, from, to, nullptr, zero.data(), zero.data(),
                                                      0, 0, 0, 0, 0, nullptr, nullptr));
}

TEST_F(TransfersTest, SeeEveryOverlapOfBoxesAndNoOther) {
  // Every pair of places of a small box in a grid of 8 x 4 x 2, against the definition.
  const size_t row = 8;
  const size_t slice = 32;
  const Bytes before = counted(64);
  for (const Sides& region : {Sides{3, 2, 1}, Sides{5, 1, 2}, Sides{8, 2, 1}, Sides{2, 2, 2}}) {
    for (size_t a = 0; a < 64; ++a) {
      for (size_t b = 0; b < 64; ++b) {
        const Sides first = {a % 8, a / 8 % 4, a / 32};
        const Sides second = {b % 8, b / 8 % 4, b / 32};
        const auto inside = [&](const Sides& origin) {
          return (origin[2] + region[2] - 1) * slice + (origin[1] + region[1] - 1) * row + origin[0] +
                     region[0] <=
                 64;
        };
        if (!inside(first) || !inside(second)) {
          continue;
        }
        Bytes marks(64);
        copy_bytes(Bytes(64, 1), first, row, slice, marks, first, row, slice, region);
        Bytes copied(64);
        copy_bytes(marks, second, row, slice, copied, second, row, slice, region);
        const bool meet = copied != Bytes(64);
        cl_mem target = nullptr;
        Bytes start = before;
        target = clCreateBuffer(context_, CL_MEM_COPY_HOST_PTR, 64, start.data(), nullptr);
        ASSERT_EQ(meet ? CL_MEM_COPY_OVERLAP : CL_SUCCESS,
                  copy_box(target, target, first, second, region, row, slice, row, slice))
            << "from " << a << " to " << b;
        clReleaseMemObject(target);
        if (b % 16 == 0) {
          ASSERT_EQ(CL_SUCCESS, clFinish(commands_));
        }
      }
    }
  }
}

TEST_F(TransfersTest, FillWithPatternsOfEverySize) {
  for (size_t size = 1; size <= 128; size *= 2) {
    cl_mem target = buffer(1024);
    const Bytes pattern = counted(size, 3);
    EXPECT_EQ(CL_SUCCESS, fill(target, pattern, 2 * size, 5 * size));
    Bytes expected(1024);
    for (size_t i = 0; i < 5; ++i) {
      std::copy(pattern.begin(), pattern.end(), expected.begin() + static_cast<ptrdiff_t>((2 + i) * size));
    }
    EXPECT_EQ(expected, read(commands_, target, 0, 1024)) << size;
  }
}

TEST_F(TransfersTest, RefuseFillsThatMakeNoSense) {
  cl_mem target = buffer(1024);
  EXPECT_EQ(CL_INVALID_VALUE, fill(target, counted(3), 0, 3));
  EXPECT_EQ(CL_INVALID_VALUE, fill(target, counted(256), 0, 256));
  EXPECT_EQ(CL_INVALID_VALUE, fill(target, counted(4), 2, 4));
  EXPECT_EQ(CL_INVALID_VALUE, fill(target, counted(4), 4, 6));
  EXPECT_EQ(CL_INVALID_VALUE, fill(target, counted(4), 1024, 4));
  EXPECT_EQ(CL_INVALID_VALUE, clEnqueueFillBuffer(commands_, target, nullptr, 4, 0, 4, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, fill(nullptr, counted(4), 0, 4));
}

}  // namespace
}  // namespace photic::test
