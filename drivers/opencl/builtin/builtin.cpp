// SPDX-License-Identifier: Apache-2.0
// The list of built-in kernels, and those of every device.
#include "drivers/opencl/builtin/builtin.h"

#include <algorithm>
#include <array>

#include "drivers/opencl/builtin/kernels.h"
#include "drivers/opencl/builtin/record.h"

namespace photic::opencl {
namespace {

constexpr uint32_t kBoth = 1U << PHOTIC_KIND_OPU | 1U << PHOTIC_KIND_SPU;

Work make_nop(OpenDevice&, std::span<const NativeArgument>) {
  photic_submission submission{};
  submission.opcode = PHOTIC_OP_NOP;
  return submission;
}

constexpr std::array kCounterParameters{Parameter{.name = "values", .type = "ulong*", .is_buffer = true}};

Work make_counters(OpenDevice& device, std::span<const NativeArgument> arguments) {
  const NativeOperand& values = operand(arguments, 0);
  const size_t count = device.facts().counters.size();
  check_holds(values, count * sizeof(uint64_t));
  std::byte* const host = place_of(values).host;
  return HostAction([&device, host, count] {
    std::vector<photic_counter> counters(count);
    size_t found = 0;
    const photic_status status = photic_device_counters(device.native(), counters.data(), count, &found);
    for (size_t i = 0; status == PHOTIC_OK && i < count; ++i) {
      std::memcpy(host + i * sizeof(uint64_t), &counters[i].value, sizeof(uint64_t));
    }
    return status;
  });
}

constexpr BuiltinKernel kNop{"photic_nop", kBoth, {}, make_nop};
constexpr BuiltinKernel kCounters{"photic_counters", kBoth, kCounterParameters, make_counters};

constexpr std::array kAll{
    &kNop,          &kCounters, &kOpuConfigure, &kOpuProject, &kOpuCalibrate,
    &kSpuConfigure, &kSpuWrite, &kSpuRead,      &kSpuClear,   &kSpuRun,
};

}  // namespace

Place place_of(const NativeOperand& operand) {
  photic_buffer_info info{};
  info.struct_size = sizeof(info);
  if (photic_buffer_get_info(operand.buffer, &info) != PHOTIC_OK) {
    throw Error(CL_OUT_OF_RESOURCES, photic_error_text());
  }
  return {info.bus_address + operand.offset, static_cast<std::byte*>(info.host) + operand.offset};
}

std::span<const BuiltinKernel* const> builtin_kernels() {
  return kAll;
}

std::vector<const BuiltinKernel*> builtin_kernels_of(uint32_t kind) {
  std::vector<const BuiltinKernel*> kernels;
  std::copy_if(kAll.begin(), kAll.end(), std::back_inserter(kernels),
               [&](const BuiltinKernel* kernel) { return kernel->runs_on(kind); });
  return kernels;
}

const BuiltinKernel* find_builtin_kernel(std::string_view name) {
  const auto* const found = std::find_if(kAll.begin(), kAll.end(),
                                         [&](const BuiltinKernel* kernel) { return kernel->name == name; });
  return found == kAll.end() ? nullptr : *found;
}

}  // namespace photic::opencl
