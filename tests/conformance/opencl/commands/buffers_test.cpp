// SPDX-License-Identifier: Apache-2.0
// Memory objects: what they are, where their first contents come from, who may look, when they go.
#include <functional>
#include <optional>

#include "tests/conformance/opencl/commands/commands.h"

namespace photic::test {
namespace {

class BuffersTest : public CommandsTest {
 protected:
  cl_int refusal(cl_mem_flags flags, size_t size, void* host) {
    cl_int error = CL_SUCCESS;
    EXPECT_EQ(nullptr, clCreateBuffer(context_, flags, size, host, &error));
    return error;
  }
  cl_mem part(cl_mem whole, size_t origin, size_t size, cl_mem_flags flags = 0) {
    const cl_buffer_region region{origin, size};
    cl_int error = CL_INVALID_VALUE;
    cl_mem made = clCreateSubBuffer(whole, flags, CL_BUFFER_CREATE_TYPE_REGION, &region, &error);
    EXPECT_EQ(CL_SUCCESS, error);
    return made;
  }
  static cl_int part_refusal(cl_mem whole, size_t origin, size_t size, cl_mem_flags flags = 0) {
    const cl_buffer_region region{origin, size};
    cl_int error = CL_SUCCESS;
    EXPECT_EQ(nullptr, clCreateSubBuffer(whole, flags, CL_BUFFER_CREATE_TYPE_REGION, &region, &error));
    return error;
  }
  size_t alignment() { return info<cl_uint>(clGetDeviceInfo, opu_, CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8; }
};

TEST_F(BuffersTest, SayWhatTheyAre) {
  cl_mem made = buffer(100, CL_MEM_READ_ONLY | CL_MEM_ALLOC_HOST_PTR);
  EXPECT_EQ(cl_mem_object_type{CL_MEM_OBJECT_BUFFER},
            info<cl_mem_object_type>(clGetMemObjectInfo, made, CL_MEM_TYPE));
  EXPECT_EQ(cl_mem_flags{CL_MEM_READ_ONLY | CL_MEM_ALLOC_HOST_PTR},
            info<cl_mem_flags>(clGetMemObjectInfo, made, CL_MEM_FLAGS));
  EXPECT_EQ(100U, info<size_t>(clGetMemObjectInfo, made, CL_MEM_SIZE));
  EXPECT_EQ(nullptr, info<void*>(clGetMemObjectInfo, made, CL_MEM_HOST_PTR));
  EXPECT_EQ(0U, info<cl_uint>(clGetMemObjectInfo, made, CL_MEM_MAP_COUNT));
  EXPECT_EQ(1U, info<cl_uint>(clGetMemObjectInfo, made, CL_MEM_REFERENCE_COUNT));
  EXPECT_EQ(context_, info<cl_context>(clGetMemObjectInfo, made, CL_MEM_CONTEXT));
  EXPECT_EQ(nullptr, info<cl_mem>(clGetMemObjectInfo, made, CL_MEM_ASSOCIATED_MEMOBJECT));
  EXPECT_EQ(0U, info<size_t>(clGetMemObjectInfo, made, CL_MEM_OFFSET));
  EXPECT_EQ(cl_bool{CL_FALSE}, info<cl_bool>(clGetMemObjectInfo, made, CL_MEM_USES_SVM_POINTER));
  EXPECT_TRUE(info_list<cl_mem_properties>(clGetMemObjectInfo, made, CL_MEM_PROPERTIES).empty());
  EXPECT_EQ(CL_INVALID_VALUE, clGetMemObjectInfo(made, 0x1234, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, clGetMemObjectInfo(nullptr, CL_MEM_SIZE, 0, nullptr, nullptr));
  EXPECT_EQ(cl_mem_flags{CL_MEM_READ_WRITE},
            info<cl_mem_flags>(clGetMemObjectInfo, buffer(1, 0), CL_MEM_FLAGS));
}

TEST_F(BuffersTest, StartWithWhatTheProgramGives) {
  const Bytes bytes = counted(1000);
  Bytes copied = bytes;
  cl_mem copy = buffer(1000, CL_MEM_COPY_HOST_PTR, copied.data());
  std::fill(copied.begin(), copied.end(), cl_uchar{0});
  EXPECT_EQ(bytes, read(queue(opu_), copy, 0, 1000));
  Bytes used = bytes;
  cl_mem use = buffer(1000, CL_MEM_USE_HOST_PTR, used.data());
  EXPECT_EQ(bytes, read(queue(opu_), use, 0, 1000));
  EXPECT_EQ(used.data(), info<void*>(clGetMemObjectInfo, use, CL_MEM_HOST_PTR));
  EXPECT_EQ(Bytes(1000), read(queue(opu_), buffer(1000, CL_MEM_ALLOC_HOST_PTR), 0, 1000));
}

TEST_F(BuffersTest, RefuseFlagsThatContradictEachOther) {
  Bytes host(16);
  for (cl_mem_flags flags :
       {CL_MEM_READ_WRITE | CL_MEM_READ_ONLY, CL_MEM_WRITE_ONLY | CL_MEM_READ_ONLY,
        CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR, CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR,
        CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY, CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS,
        1 << 20}) {
    const bool takes_host = (flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR)) != 0;
    EXPECT_EQ(CL_INVALID_VALUE,
              refusal(static_cast<cl_mem_flags>(flags), 16, takes_host ? host.data() : nullptr))
        << std::hex << flags;
  }
  EXPECT_EQ(CL_INVALID_HOST_PTR, refusal(CL_MEM_USE_HOST_PTR, 16, nullptr));
  EXPECT_EQ(CL_INVALID_HOST_PTR, refusal(CL_MEM_COPY_HOST_PTR, 16, nullptr));
  EXPECT_EQ(CL_INVALID_HOST_PTR, refusal(CL_MEM_READ_WRITE, 16, host.data()));
}

TEST_F(BuffersTest, RefuseSizesNoDeviceHas) {
  EXPECT_EQ(CL_INVALID_BUFFER_SIZE, refusal(0, 0, nullptr));
  const auto most = info<cl_ulong>(clGetDeviceInfo, opu_, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
  EXPECT_EQ(CL_INVALID_BUFFER_SIZE, refusal(0, most + 1, nullptr));
  cl_int error = CL_SUCCESS;
  EXPECT_EQ(nullptr, clCreateBuffer(nullptr, 0, 16, nullptr, &error));
  EXPECT_EQ(CL_INVALID_CONTEXT, error);
}

TEST_F(BuffersTest, KeepTheirListOfProperties) {
  const cl_mem_properties none[] = {0};
  const cl_mem_properties unknown[] = {0x1234, 1, 0};
  cl_int error = CL_INVALID_VALUE;
  cl_mem made = clCreateBufferWithProperties(context_, none, 0, 16, nullptr, &error);
  ASSERT_EQ(CL_SUCCESS, error);
  EXPECT_EQ(std::vector<cl_mem_properties>{0},
            info_list<cl_mem_properties>(clGetMemObjectInfo, made, CL_MEM_PROPERTIES));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(made));
  EXPECT_EQ(nullptr, clCreateBufferWithProperties(context_, unknown, 0, 16, nullptr, &error));
  EXPECT_EQ(CL_INVALID_PROPERTY, error);
}

TEST_F(BuffersTest, HavePartsThatShareTheirBytes) {
  const Bytes bytes = counted(256);
  Bytes start = bytes;
  cl_mem whole = buffer(256, CL_MEM_COPY_HOST_PTR | CL_MEM_READ_ONLY | CL_MEM_HOST_READ_ONLY, start.data());
  cl_mem half = part(whole, alignment(), 100);
  EXPECT_EQ(whole, info<cl_mem>(clGetMemObjectInfo, half, CL_MEM_ASSOCIATED_MEMOBJECT));
  EXPECT_EQ(alignment(), info<size_t>(clGetMemObjectInfo, half, CL_MEM_OFFSET));
  EXPECT_EQ(100U, info<size_t>(clGetMemObjectInfo, half, CL_MEM_SIZE));
  EXPECT_EQ(cl_mem_flags{CL_MEM_COPY_HOST_PTR | CL_MEM_READ_ONLY | CL_MEM_HOST_READ_ONLY},
            info<cl_mem_flags>(clGetMemObjectInfo, half, CL_MEM_FLAGS));
  const auto first = bytes.begin() + static_cast<ptrdiff_t>(alignment());
  EXPECT_EQ(Bytes(first, first + 100), read(queue(opu_), half, 0, 100));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(half));

  Bytes host(256, 5);
  cl_mem over_host = buffer(256, CL_MEM_USE_HOST_PTR, host.data());
  cl_mem end = part(over_host, alignment(), 1);
  EXPECT_EQ(host.data() + alignment(), info<void*>(clGetMemObjectInfo, end, CL_MEM_HOST_PTR));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(end));
}

TEST_F(BuffersTest, RefusePartsThatMakeNoSense) {
  cl_mem whole = buffer(1024);
  EXPECT_EQ(CL_MISALIGNED_SUB_BUFFER_OFFSET, part_refusal(whole, 8, 16));
  EXPECT_EQ(CL_INVALID_VALUE, part_refusal(whole, 0, 1025));
  EXPECT_EQ(CL_INVALID_VALUE, part_refusal(whole, 1024, SIZE_MAX));
  EXPECT_EQ(CL_INVALID_BUFFER_SIZE, part_refusal(whole, 0, 0));
  EXPECT_EQ(CL_INVALID_VALUE, part_refusal(whole, 0, 16, CL_MEM_ALLOC_HOST_PTR));
  EXPECT_EQ(CL_INVALID_VALUE, part_refusal(buffer(16, CL_MEM_READ_ONLY), 0, 16, CL_MEM_READ_WRITE));
  EXPECT_EQ(CL_INVALID_VALUE, part_refusal(buffer(16, CL_MEM_WRITE_ONLY), 0, 16, CL_MEM_READ_ONLY));
  EXPECT_EQ(CL_INVALID_VALUE, part_refusal(buffer(16, CL_MEM_HOST_NO_ACCESS), 0, 16, CL_MEM_HOST_READ_ONLY));
  EXPECT_EQ(CL_INVALID_VALUE, part_refusal(buffer(16, CL_MEM_HOST_READ_ONLY), 0, 16, CL_MEM_HOST_WRITE_ONLY));
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, part_refusal(nullptr, 0, 16));
  cl_mem half = part(whole, 0, 512);
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, part_refusal(half, 0, 16)) << "parts have no parts";
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(half));
  cl_int error = CL_SUCCESS;
  const cl_buffer_region region{0, 16};
  EXPECT_EQ(nullptr, clCreateSubBuffer(whole, 0, 0x7777, &region, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
  EXPECT_EQ(nullptr, clCreateSubBuffer(whole, 0, CL_BUFFER_CREATE_TYPE_REGION, nullptr, &error));
  EXPECT_EQ(CL_INVALID_VALUE, error);
}

TEST_F(BuffersTest, KeepTheHostOutIfTheProgramWantsThat) {
  cl_command_queue commands = queue(opu_);
  Bytes bytes(16);
  const size_t origin[3] = {};
  const size_t region[3] = {4, 2, 1};
  const auto reads = [&](cl_mem from) {
    EXPECT_EQ(clEnqueueReadBuffer(commands, from, CL_TRUE, 0, 16, bytes.data(), 0, nullptr, nullptr),
              clEnqueueReadBufferRect(commands, from, CL_TRUE, origin, origin, region, 0, 0, 0, 0,
                                      bytes.data(), 0, nullptr, nullptr));
    return clEnqueueReadBuffer(commands, from, CL_TRUE, 0, 16, bytes.data(), 0, nullptr, nullptr);
  };
  const auto writes = [&](cl_mem to) {
    EXPECT_EQ(clEnqueueWriteBuffer(commands, to, CL_TRUE, 0, 16, bytes.data(), 0, nullptr, nullptr),
              clEnqueueWriteBufferRect(commands, to, CL_TRUE, origin, origin, region, 0, 0, 0, 0,
                                       bytes.data(), 0, nullptr, nullptr));
    return clEnqueueWriteBuffer(commands, to, CL_TRUE, 0, 16, bytes.data(), 0, nullptr, nullptr);
  };
  const auto maps = [&](cl_mem what, cl_map_flags flags) {
    cl_int error = CL_SUCCESS;
    void* pointer = clEnqueueMapBuffer(commands, what, CL_TRUE, flags, 0, 16, 0, nullptr, nullptr, &error);
    if (pointer != nullptr) {
      EXPECT_EQ(CL_SUCCESS, clEnqueueUnmapMemObject(commands, what, pointer, 0, nullptr, nullptr));
    }
    return error;
  };
  cl_mem none = buffer(16, CL_MEM_HOST_NO_ACCESS);
  cl_mem read_only = buffer(16, CL_MEM_HOST_READ_ONLY);
  cl_mem write_only = buffer(16, CL_MEM_HOST_WRITE_ONLY);
  EXPECT_EQ(CL_INVALID_OPERATION, reads(none));
  EXPECT_EQ(CL_SUCCESS, reads(read_only));
  EXPECT_EQ(CL_INVALID_OPERATION, reads(write_only));
  EXPECT_EQ(CL_INVALID_OPERATION, writes(none));
  EXPECT_EQ(CL_INVALID_OPERATION, writes(read_only));
  EXPECT_EQ(CL_SUCCESS, writes(write_only));
  EXPECT_EQ(CL_INVALID_OPERATION, maps(none, CL_MAP_READ));
  EXPECT_EQ(CL_INVALID_OPERATION, maps(none, CL_MAP_WRITE));
  EXPECT_EQ(CL_SUCCESS, maps(read_only, CL_MAP_READ));
  EXPECT_EQ(CL_INVALID_OPERATION, maps(read_only, CL_MAP_WRITE_INVALIDATE_REGION));
  EXPECT_EQ(CL_INVALID_OPERATION, maps(write_only, CL_MAP_READ));
  EXPECT_EQ(CL_SUCCESS, maps(write_only, CL_MAP_WRITE));
}

TEST_F(BuffersTest, TellTheProgramWhenTheyGo) {
  struct Call {
    std::vector<int>* order;
    int number;
    static void CL_CALLBACK note(cl_mem, void* raw) {
      const auto& self = *static_cast<Call*>(raw);
      self.order->push_back(self.number);
    }
  };
  std::vector<int> order;
  Call calls[] = {{&order, 0}, {&order, 1}, {&order, 2}, {&order, 3}};
  cl_int error = CL_SUCCESS;
  cl_mem whole = clCreateBuffer(context_, 0, 1024, nullptr, &error);
  cl_mem half = part(whole, 0, 16);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(CL_SUCCESS, clSetMemObjectDestructorCallback(whole, Call::note, &calls[i]));
  }
  EXPECT_EQ(CL_SUCCESS, clSetMemObjectDestructorCallback(half, Call::note, &calls[3]));
  EXPECT_EQ(CL_INVALID_VALUE, clSetMemObjectDestructorCallback(whole, nullptr, nullptr));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(whole));
  EXPECT_TRUE(order.empty()) << "a part keeps its buffer";
  cl_command_queue commands = queue(opu_);
  cl_event gate = user_event();
  const cl_uchar zero = 0;
  EXPECT_EQ(CL_SUCCESS, clEnqueueFillBuffer(commands, half, &zero, 1, 0, 16, 1, &gate, nullptr));
  EXPECT_EQ(CL_SUCCESS, clReleaseMemObject(half));
  EXPECT_TRUE(order.empty()) << "a command keeps what it uses";
  set(gate);
  EXPECT_EQ(CL_SUCCESS, clFinish(commands));
  EXPECT_EQ((std::vector<int>{3, 2, 1, 0}), order);
}

TEST_F(BuffersTest, MigrateToDevicesAndBack) {
  cl_command_queue commands = queue(spu_);
  const Bytes bytes = counted(64);
  Bytes start = bytes;
  cl_mem made = buffer(64, CL_MEM_COPY_HOST_PTR, start.data());
  cl_event event = nullptr;
  EXPECT_EQ(CL_SUCCESS, clEnqueueMigrateMemObjects(commands, 1, &made, 0, 0, nullptr, &event));
  EXPECT_EQ(cl_command_type{CL_COMMAND_MIGRATE_MEM_OBJECTS},
            info<cl_command_type>(clGetEventInfo, kept(event), CL_EVENT_COMMAND_TYPE));
  EXPECT_EQ(CL_SUCCESS,
            clEnqueueMigrateMemObjects(commands, 1, &made, CL_MIGRATE_MEM_OBJECT_HOST, 0, nullptr, nullptr));
  EXPECT_EQ(bytes, read(commands, made, 0, 64));
  cl_mem none = nullptr;
  EXPECT_EQ(CL_INVALID_MEM_OBJECT, clEnqueueMigrateMemObjects(commands, 1, &none, 0, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clEnqueueMigrateMemObjects(commands, 0, nullptr, 0, 0, nullptr, nullptr));
  EXPECT_EQ(CL_INVALID_VALUE, clEnqueueMigrateMemObjects(commands, 1, &made, 1 << 7, 0, nullptr, nullptr));
}

}  // namespace
}  // namespace photic::test
