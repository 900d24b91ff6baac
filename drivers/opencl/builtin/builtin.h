// SPDX-License-Identifier: Apache-2.0
// Built-in kernels as data: what each is called, what it takes, and how arguments become work for a device.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "drivers/opencl/open_device.h"
#include "drivers/opencl/status.h"

namespace photic::opencl {

/// One argument of a built-in kernel.
struct Parameter {
  const char* name;
  const char* type = "uint";  ///< As clGetKernelArgInfo spells it; a buffer's ends with '*'.
  bool is_buffer = false;     ///< Else a scalar of 32 bits.
  bool is_const = false;      ///< The kernel only reads the buffer.
  bool may_be_null = false;   ///< The buffer may be left out.
};

/// A part of a memory object as the device sees it. Without a buffer: the argument was NULL.
struct NativeOperand {
  photic_buffer buffer = nullptr;
  uint64_t offset = 0;  ///< Bytes of `buffer` before the operand's first one.
  uint64_t size = 0;    ///< Bytes of the memory object from there on.
};

/// The value of one argument: a scalar, or a buffer.
using NativeArgument = std::variant<uint32_t, NativeOperand>;

/// What a kernel does when it runs: a command for the device, or something the host does with it.
/// A host action is called without locks held, when everything it waits for has ended, and returns how it
/// went; it may block for as long as the driver's bounds let it. It needs the buffers of the operands to
/// live.
using HostAction = std::function<photic_status()>;
using Work = std::variant<photic_submission, HostAction>;

/// A kernel of the list. `make` takes as many arguments as there are parameters, of their types. It throws
/// Error(CL_INVALID_KERNEL_ARGS) for values that do not fit the command and Error(CL_INVALID_BUFFER_SIZE) for
/// a buffer that is too small.
struct BuiltinKernel {
  const char* name;
  uint32_t kinds;  ///< Bit PHOTIC_KIND_*: the devices that have it.
  std::span<const Parameter> parameters;
  Work (*make)(OpenDevice& device, std::span<const NativeArgument> arguments);

  /// Whether devices of this kind (PHOTIC_KIND_*) have it.
  bool runs_on(uint32_t kind) const { return (kinds & (1U << kind)) != 0; }
};

/// Version of every kernel.
inline constexpr cl_version kBuiltinVersion = CL_MAKE_VERSION(1, 0, 0);

/// Every kernel of the platform.
std::span<const BuiltinKernel* const> builtin_kernels();
/// Those of a device of this kind (PHOTIC_KIND_*), in the same order.
std::vector<const BuiltinKernel*> builtin_kernels_of(uint32_t kind);
/// The kernel of this name; NULL if there is none.
const BuiltinKernel* find_builtin_kernel(std::string_view name);

}  // namespace photic::opencl
