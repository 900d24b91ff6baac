// SPDX-License-Identifier: Apache-2.0
// Kernels: a built-in kernel with the arguments set so far.
#pragma once

#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "drivers/opencl/program.h"

namespace photic::opencl {

/// A set argument: a scalar, or a memory object (NULL where the parameter allows that).
using Argument = std::variant<uint32_t, cl_mem>;

}  // namespace photic::opencl

struct _cl_kernel : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kKernel;
  _cl_kernel(_cl_program& kernel_program, const photic::opencl::BuiltinKernel& kernel_builtin);
  /// clCloneKernel.
  _cl_kernel(_cl_kernel& original);

  /// The arguments as they are now, one for each of `builtin.parameters`. Memory objects are not held:
  /// setting an argument does not retain, so check them (valid) and hold them before anything else. Throws
  /// Error(CL_INVALID_KERNEL_ARGS) if one was never set.
  std::vector<photic::opencl::Argument> snapshot();
  /// Whether a device of the program's has this kernel.
  bool runs_on(cl_device_id device);

  const photic::opencl::Ref<_cl_program> program;
  const photic::opencl::BuiltinKernel& builtin;

  /// clSetKernelArg: sets `arguments[index]`. Throws Error.
  void set(cl_uint index, size_t size, const void* value);

 private:
  std::vector<std::optional<photic::opencl::Argument>> copy();

  std::mutex mutex_;
  std::vector<std::optional<photic::opencl::Argument>> arguments_;
};
