// SPDX-License-Identifier: Apache-2.0
// What the built-in kernels share: descriptions of native commands field by field, and operands in host
// memory.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "drivers/opencl/builtin/builtin.h"

namespace photic::opencl {

/// A field of a native description that an argument of the same name sets.
template <typename Desc>
struct Field {
  const char* name;
  uint32_t Desc::*member;
};

/// Buffers first, then one scalar for each field.
template <size_t Buffers, typename Desc, size_t Fields>
constexpr std::array<Parameter, Buffers + Fields> parameters_of(
    const std::array<Parameter, Buffers>& buffers, const std::array<Field<Desc>, Fields>& fields) {
  std::array<Parameter, Buffers + Fields> all{};
  std::copy(buffers.begin(), buffers.end(), all.begin());
  std::transform(fields.begin(), fields.end(), all.begin() + Buffers,
                 [](const Field<Desc>& field) { return Parameter{field.name}; });
  return all;
}

/// A description with its size and its fields set from the arguments behind the buffers.
template <typename Desc, size_t Fields>
Desc filled(const std::array<Field<Desc>, Fields>& fields, std::span<const NativeArgument> arguments) {
  Desc desc{};
  desc.struct_size = sizeof(Desc);
  const size_t buffers = arguments.size() - Fields;
  for (size_t i = 0; i < Fields; ++i) {
    desc.*fields[i].member = std::get<uint32_t>(arguments[buffers + i]);
  }
  return desc;
}

inline const NativeOperand& operand(std::span<const NativeArgument> arguments, size_t index) {
  return std::get<NativeOperand>(arguments[index]);
}

/// Throws Error(CL_INVALID_KERNEL_ARGS), with the driver's reason, if it refused to pack a command.
inline void check_packed(photic_status status) {
  if (status != PHOTIC_OK) {
    throw Error(CL_INVALID_KERNEL_ARGS, photic_error_text());
  }
}

/// Throws Error(CL_INVALID_BUFFER_SIZE) unless the operand holds so many bytes.
inline void check_holds(const NativeOperand& operand, uint64_t bytes) {
  if (operand.size < bytes) {
    throw Error(CL_INVALID_BUFFER_SIZE, "the kernel moves " + std::to_string(bytes) +
                                            " bytes, but the buffer has " + std::to_string(operand.size) +
                                            "; use a larger one or move less");
  }
}

/// The operand's first byte, as the device addresses it and in this process.
struct Place {
  uint64_t bus_address = 0;
  std::byte* host = nullptr;
};
Place place_of(const NativeOperand& operand);

}  // namespace photic::opencl
