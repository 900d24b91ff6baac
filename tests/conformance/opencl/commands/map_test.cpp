// SPDX-License-Identifier: Apache-2.0
// Mapped regions: what the program sees, what the device sees, and when.
#include "tests/conformance/opencl/commands/commands.h"

namespace photic::test {
namespace {

class MapTest : public CommandsTest {
 protected:
  void SetUp() override {
    CommandsTest::SetUp();
    commands_ = queue(opu_);
  }
  cl_uchar* map(cl_mem memory, cl_map_flags flags, size_t offset, size_t size, cl_int expected = CL_SUCCESS) {
    cl_int error = CL_INVALID_VALUE;
    void* pointer =
        clEnqueueMapBuffer(commands_, memory, CL_TRUE, flags, offset, size, 0, nullptr, nullptr, &error);
    EXPECT_EQ(expected, error);
    EXPECT_EQ(expected == CL_SUCCESS, pointer != nullptr);
    return static_cast<cl_uchar*>(pointer);
  }
  void unmap(cl_mem memory, void* pointer, cl_int expected = CL_SUCCESS) {
    EXPECT_EQ(expected, clEnqueueUnmapMemObject(commands_, memory, pointer, 0, nullptr, nullptr));
  }
  static cl_uint count(cl_mem memory) { return info<cl_uint>(clGetMemObjectInfo, memory, CL_MEM_MAP_COUNT); }

  cl_command_queue commands_ = nullptr;
};

TEST_F(MapTest, GivesTheContentsOutAndTakesThemBack) {
  for (const bool over_host : {false, true}) {
    const Bytes bytes = counted(100);
    Bytes host = bytes;
    cl_mem memory = buffer(100, over_host ? CL_MEM_USE_HOST_PTR : CL_MEM_COPY_HOST_PTR, host.data());
    cl_uchar* seen = map(memory, CL_MAP_READ | CL_MAP_WRITE, 10, 20);
    EXPECT_EQ(Bytes(bytes.begin() + 10, bytes.begin() + 30), Bytes(seen, seen + 20));
    seen[0] = 200;
    unmap(memory, seen);
    EXPECT_EQ(Bytes{200}, read(commands_, memory, 10, 1));
    EXPECT_EQ(Bytes{11}, read(commands_, memory, 11, 1));
  }
}

TEST_F(MapTest, ShowsBuffersOverHostMemoryThere) {
  Bytes host(256, 1);
  cl_mem memory = buffer(256, CL_MEM_USE_HOST_PTR, host.data());
  const Bytes bytes = counted(256);
  write(commands_, memory, bytes);
  cl_uchar* seen = map(memory, CL_MAP_READ, 16, 64);
  EXPECT_EQ(host.data() + 16, seen);
  EXPECT_EQ(Bytes(bytes.begin() + 16, bytes.begin() + 80), Bytes(seen, seen + 64));
  unmap(memory, seen);

  cl_uchar* whole = map(memory, CL_MAP_WRITE_INVALIDATE_REGION, 0, 256);
  EXPECT_EQ(host.data(), whole);
  std::fill(whole, whole + 256, cl_uchar{9});
  EXPECT_EQ(bytes, read(commands_, memory, 0, 256)) << "the device sees it when it is unmapped";
  unmap(memory, whole);
  EXPECT_EQ(Bytes(256, 9), read(commands_, memory, 0, 256));

  const cl_buffer_region region{128, 64};
  cl_int error = CL_SUCCESS;
  cl_mem part = clCreateSubBuffer(memory, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &error);
  cl_uchar* inside = map(part, CL_MAP_READ, 1, 8);
  EXPECT_EQ(host.data() + 129, inside);
  unmap(part, inside);
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(part));
}

TEST_F(MapTest, CountsRegions) {
  cl_mem memory = buffer(100);
  cl_uchar* first = map(memory, CL_MAP_READ, 0, 50);
  cl_uchar* second = map(memory, CL_MAP_READ, 0, 100);
  cl_uchar* third = map(memory, CL_MAP_WRITE, 50, 10);
  EXPECT_EQ(first, second);
  EXPECT_EQ(3U, count(memory));
  unmap(memory, first);
  unmap(memory, third);
  EXPECT_EQ(1U, count(memory));
  unmap(memory, second);
  EXPECT_EQ(0U, count(memory));
  unmap(memory, first, CL_INVALID_VALUE);
}

TEST_F(MapTest, WaitsItsTurn) {
  Bytes host(16, 1);
  cl_mem memory = buffer(16, CL_MEM_USE_HOST_PTR, host.data());
  cl_event gate = user_event();
  const Bytes bytes = counted(16, 50);
  write(commands_, memory, bytes, 0, {gate});
  cl_int error = CL_INVALID_VALUE;
  cl_event mapped = nullptr;
  void* pointer =
      clEnqueueMapBuffer(commands_, memory, CL_FALSE, CL_MAP_READ, 0, 16, 0, nullptr, &mapped, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(CL_QUEUED, status(kept(mapped)));
  EXPECT_EQ(Bytes(16, 1), host);
  set(gate);
  EXPECT_EQ(CL_SUCCESS, clWaitForEvents(1, &mapped));
  EXPECT_EQ(bytes, host);
  EXPECT_EQ(cl_command_type{CL_COMMAND_MAP_BUFFER},
            info<cl_command_type>(clGetEventInfo, mapped, CL_EVENT_COMMAND_TYPE));
  unmap(memory, pointer);
}

TEST_F(MapTest, RefusesWhatMakesNoSense) {
  cl_mem memory = buffer(100);
  map(memory, CL_MAP_READ, 0, 0, CL_INVALID_VALUE);
  map(memory, CL_MAP_READ, 50, 51, CL_INVALID_VALUE);
  map(memory, 1 << 9, 0, 10, CL_INVALID_VALUE);
  map(memory, CL_MAP_READ | CL_MAP_WRITE_INVALIDATE_REGION, 0, 10, CL_INVALID_VALUE);
  map(nullptr, CL_MAP_READ, 0, 10, CL_INVALID_MEM_OBJECT);
  cl_uchar* written = map(memory, CL_MAP_WRITE, 0, 50);
  map(memory, CL_MAP_WRITE, 49, 10, CL_INVALID_OPERATION);
  unmap(memory, written);
  unmap(memory, nullptr, CL_INVALID_VALUE);
  unmap(nullptr, written, CL_INVALID_MEM_OBJECT);
}

}  // namespace
}  // namespace photic::test
