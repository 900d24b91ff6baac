// SPDX-License-Identifier: Apache-2.0
// Exceptions as OpenCL error codes.
#include "drivers/opencl/status.h"

namespace photic::opencl {

cl_int code_of_exception() noexcept {
  try {
    throw;
  } catch (const Error& error) {
    return error.code();
  } catch (const std::bad_alloc&) {
    return CL_OUT_OF_HOST_MEMORY;
  } catch (...) {
    return CL_OUT_OF_RESOURCES;
  }
}

}  // namespace photic::opencl
