// SPDX-License-Identifier: Apache-2.0
// Shared virtual memory, which no device has: what the specification lets a platform without it answer.
#include "drivers/opencl/kernel.h"

namespace photic::opencl {
namespace {

cl_int no_svm(cl_command_queue queue) {
  return lives(queue, Kind::kQueue) ? CL_INVALID_OPERATION : CL_INVALID_COMMAND_QUEUE;
}

}  // namespace

void* pclSVMAlloc(cl_context, cl_svm_mem_flags, size_t, cl_uint) {
  return nullptr;
}

void pclSVMFree(cl_context, void*) {}

cl_int pclEnqueueSVMFree(cl_command_queue queue, cl_uint, void*[],
                         void(CL_CALLBACK*)(cl_command_queue, cl_uint, void*[], void*), void*, cl_uint,
                         const cl_event*, cl_event*) {
  return no_svm(queue);
}

cl_int pclEnqueueSVMMemcpy(cl_command_queue queue, cl_bool, void*, const void*, size_t, cl_uint,
                           const cl_event*, cl_event*) {
  return no_svm(queue);
}

cl_int pclEnqueueSVMMemFill(cl_command_queue queue, void*, const void*, size_t, size_t, cl_uint,
                            const cl_event*, cl_event*) {
  return no_svm(queue);
}

cl_int pclEnqueueSVMMap(cl_command_queue queue, cl_bool, cl_map_flags, void*, size_t, cl_uint,
                        const cl_event*, cl_event*) {
  return no_svm(queue);
}

cl_int pclEnqueueSVMUnmap(cl_command_queue queue, void*, cl_uint, const cl_event*, cl_event*) {
  return no_svm(queue);
}

cl_int pclEnqueueSVMMigrateMem(cl_command_queue queue, cl_uint, const void**, const size_t*,
                               cl_mem_migration_flags, cl_uint, const cl_event*, cl_event*) {
  return no_svm(queue);
}

cl_int pclSetKernelArgSVMPointer(cl_kernel kernel, cl_uint, const void*) {
  return valid(kernel) ? CL_INVALID_OPERATION : CL_INVALID_KERNEL;
}

cl_int pclSetKernelExecInfo(cl_kernel kernel, cl_kernel_exec_info, size_t, const void*) {
  return valid(kernel) ? CL_INVALID_OPERATION : CL_INVALID_KERNEL;
}

}  // namespace photic::opencl
