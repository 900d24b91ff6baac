// SPDX-License-Identifier: Apache-2.0
// What the tests of commands share: events that end when a test says so, and the states of commands.
#pragma once

#include <numeric>

#include "tests/conformance/opencl/fixture.h"

namespace photic::test {

using Bytes = std::vector<cl_uchar>;

/// Bytes first, first + 1, ...
inline Bytes counted(size_t count, cl_uchar first = 0) {
  Bytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

class CommandsTest : public OpenClTest {
 protected:
  void TearDown() override {
    for (cl_event event : events_) {
      EXPECT_EQ(CL_SUCCESS, clReleaseEvent(event));
    }
    OpenClTest::TearDown();
  }

  /// An event of the test's own.
  cl_event user_event() {
    cl_int error = CL_INVALID_VALUE;
    cl_event event = clCreateUserEvent(context_, &error);
    EXPECT_EQ(CL_SUCCESS, error);
    return kept(event);
  }
  cl_event user_event_that_ended() {
    cl_event event = user_event();
    set(event);
    return event;
  }
  /// Releases the event at the end of the test.
  cl_event kept(cl_event event) {
    events_.push_back(event);
    return event;
  }
  using OpenClTest::set;
  static void set(cl_event event, cl_int status = CL_COMPLETE) {
    EXPECT_EQ(CL_SUCCESS, clSetUserEventStatus(event, status));
  }
  static cl_int status(cl_event event) {
    return info<cl_int>(clGetEventInfo, event, CL_EVENT_COMMAND_EXECUTION_STATUS);
  }

  /// Runs a kernel after some events.
  cl_event run(cl_command_queue queue, cl_kernel kernel, const std::vector<cl_event>& after = {}) {
    const size_t one = 1;
    cl_event event = nullptr;
    EXPECT_EQ(CL_SUCCESS, clEnqueueNDRangeKernel(queue, kernel, 1, nullptr, &one, nullptr,
                                                 static_cast<cl_uint>(after.size()),
                                                 after.empty() ? nullptr : after.data(), &event));
    return kept(event);
  }
  cl_event marker(cl_command_queue queue, const std::vector<cl_event>& after = {}) {
    cl_event event = nullptr;
    EXPECT_EQ(CL_SUCCESS, clEnqueueMarkerWithWaitList(queue, static_cast<cl_uint>(after.size()),
                                                      after.empty() ? nullptr : after.data(), &event));
    return kept(event);
  }
  cl_event barrier(cl_command_queue queue, const std::vector<cl_event>& after = {}) {
    cl_event event = nullptr;
    EXPECT_EQ(CL_SUCCESS, clEnqueueBarrierWithWaitList(queue, static_cast<cl_uint>(after.size()),
                                                       after.empty() ? nullptr : after.data(), &event));
    return kept(event);
  }
  cl_event write(cl_command_queue queue, cl_mem buffer, const Bytes& bytes, size_t offset = 0,
                 const std::vector<cl_event>& after = {}) {
    cl_event event = nullptr;
    EXPECT_EQ(CL_SUCCESS, clEnqueueWriteBuffer(queue, buffer, CL_FALSE, offset, bytes.size(), bytes.data(),
                                               static_cast<cl_uint>(after.size()),
                                               after.empty() ? nullptr : after.data(), &event));
    return kept(event);
  }
  static Bytes read(cl_command_queue queue, cl_mem buffer, size_t offset, size_t size) {
    Bytes bytes(size);
    EXPECT_EQ(CL_SUCCESS,
              clEnqueueReadBuffer(queue, buffer, CL_TRUE, offset, size, bytes.data(), 0, nullptr, nullptr));
    return bytes;
  }
  cl_kernel nop() { return kernel(opu_, "photic_nop"); }

 private:
  std::vector<cl_event> events_;
};

}  // namespace photic::test
