// SPDX-License-Identifier: Apache-2.0
// Programs: a list of built-in kernels, or source text that nothing here can compile.
#pragma once

#include <string>
#include <vector>

#include "drivers/opencl/builtin/builtin.h"
#include "drivers/opencl/context.h"

struct _cl_program : photic::opencl::Object {
  static constexpr auto kKind = photic::opencl::Kind::kProgram;
  explicit _cl_program(cl_context program_context) : Object(kKind), context(program_context) {}

  const photic::opencl::Ref<_cl_context> context;
  std::vector<cl_device_id> devices;  ///< Those it is for.
  std::vector<const photic::opencl::BuiltinKernel*>
      kernels;         ///< Of a program of built-in kernels; none twice.
  std::string source;  ///< Of a program made of source text.

  bool is_builtin() const { return !kernels.empty(); }
  bool has(cl_device_id device) const;
};
