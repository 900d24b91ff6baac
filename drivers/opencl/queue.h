// SPDX-License-Identifier: Apache-2.0
// Command queues: what orders the commands of one device.
#pragma once

#include <vector>

#include "drivers/opencl/event.h"

struct _cl_command_queue : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kQueue;
  /// `queue_properties` as given, with the terminating 0; empty for none. Throws Error.
  _cl_command_queue(_cl_context& queue_context, cl_device_id queue_device, cl_command_queue_properties bits,
                    std::vector<cl_queue_properties> queue_properties);
  ~_cl_command_queue();

  const photic::opencl::Ref<_cl_context> context;
  const cl_device_id device;
  const std::shared_ptr<photic::opencl::OpenDevice> open;
  /// CL_QUEUE_*; only clSetCommandQueueProperty changes them.
  std::atomic<cl_command_queue_properties> bits;
  const std::vector<cl_queue_properties> properties;

  bool in_order() const { return (bits & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) == 0; }
  bool profiles() const { return (bits & CL_QUEUE_PROFILING_ENABLE) != 0; }
  photic::opencl::Engine& engine() const { return *context->engine; }

  // The engine's, under its lock.
  photic::opencl::Lane* lane = nullptr;  ///< From the first command for the device on.
  cl_event first = nullptr;              ///< Commands that have not ended, oldest first.
  cl_event last = nullptr;
  cl_event barrier = nullptr;  ///< The last barrier, while it has not ended.
};
