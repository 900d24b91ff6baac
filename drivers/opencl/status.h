// SPDX-License-Identifier: Apache-2.0
// How a failure travels inside the platform, and the wall that keeps exceptions inside.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include "drivers/opencl/entry_points.h"

namespace photic::opencl {

/// A call that fails with an OpenCL error code. The text is for a context's notification.
class Error : public std::runtime_error {
 public:
  explicit Error(cl_int code, const std::string& text = {}) : std::runtime_error(text), code_(code) {}
  cl_int code() const { return code_; }

 private:
  cl_int code_;
};

/// Throws Error(code) if `condition` holds.
inline void refuse_if(bool condition, cl_int code) {
  if (condition) {
    throw Error(code);
  }
}

/// The error code of the exception being handled.
cl_int code_of_exception() noexcept;

/// The body of an entry point that returns an error code: runs `body`, which returns nothing.
template <typename Body>
cl_int guard(Body body) noexcept {
  try {
    body();
    return CL_SUCCESS;
  } catch (...) {
    return code_of_exception();
  }
}

/// The body of an entry point that makes an object: runs `body`, which returns the handle. NULL and the code
/// if it fails.
template <typename Body>
auto guard_create(cl_int* errcode_ret, Body body) noexcept -> decltype(body()) {
  cl_int code = CL_SUCCESS;
  decltype(body()) handle = nullptr;
  try {
    handle = body();
  } catch (...) {
    code = code_of_exception();
  }
  if (errcode_ret) {
    *errcode_ret = code;
  }
  return handle;
}

}  // namespace photic::opencl
