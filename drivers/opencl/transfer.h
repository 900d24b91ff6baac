// SPDX-License-Identifier: Apache-2.0
// Copies and fills: checked as their calls ask, ready to be done now or as part of a command buffer.
#pragma once

#include <cstddef>

#include "drivers/opencl/event.h"
#include "drivers/opencl/memory.h"

namespace photic::opencl {

/// Work of the host, and the memory objects that must live until it is done.
struct Transfer {
  HostWork work;
  std::vector<Ref<_cl_mem>> uses;
};

/// What clEnqueueCopyBuffer does. Throws Error as its list of errors has it.
Transfer copy_transfer(const _cl_command_queue& queue, cl_mem source, cl_mem destination,
                       size_t source_offset, size_t destination_offset, size_t size);

/// What clEnqueueCopyBufferRect does.
struct RectangleCopy {
  cl_mem source;
  cl_mem destination;
  const size_t* source_origin;
  const size_t* destination_origin;
  const size_t* region;
  size_t source_row_pitch;
  size_t source_slice_pitch;
  size_t destination_row_pitch;
  size_t destination_slice_pitch;
};
Transfer copy_transfer(const _cl_command_queue& queue, const RectangleCopy& copy);

/// What clEnqueueFillBuffer does.
Transfer fill_transfer(const _cl_command_queue& queue, cl_mem buffer, const void* pattern,
                       size_t pattern_size, size_t offset, size_t size);

}  // namespace photic::opencl
