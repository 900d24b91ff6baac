// SPDX-License-Identifier: Apache-2.0
// Kernels with their arguments as work: checked as clEnqueueNDRangeKernel asks, ready to be enqueued now or
// as part of a command buffer.
#pragma once

#include <variant>
#include <vector>

#include "drivers/opencl/builtin/builtin.h"
#include "drivers/opencl/event.h"
#include "drivers/opencl/kernel.h"
#include "drivers/opencl/memory.h"

namespace photic::opencl {

/// What the work items of a call are.
struct WorkSize {
  cl_uint dimensions;
  const size_t* offset;
  const size_t* global;
  const size_t* local;
};

/// What a kernel does when it is its turn.
struct KernelTask {
  std::variant<std::monostate, photic_submission, HostWork> work;  ///< Nothing without a work item.
  std::vector<Ref<_cl_mem>> uses;
};

/// Throws Error as clEnqueueNDRangeKernel's list of errors has it. The arguments are taken as they are now.
KernelTask kernel_task(const _cl_command_queue& queue, cl_kernel kernel, const WorkSize& size);

}  // namespace photic::opencl
