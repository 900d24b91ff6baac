// SPDX-License-Identifier: Apache-2.0
// Kernels of the spiking processing unit.
#include "drivers/abi/descriptors.h"
#include "drivers/opencl/builtin/kernels.h"
#include "drivers/opencl/builtin/record.h"

namespace photic::opencl {
namespace {

constexpr uint32_t kSpu = 1U << PHOTIC_KIND_SPU;

using Settings = photic_spu_settings;
constexpr std::array<Field<Settings>, 1> kSettings{{{"seed", &Settings::seed}}};

using Memory = photic_spu_memory_desc;
constexpr std::array<Field<Memory>, 6> kMemory{{
    {"core", &Memory::core},
    {"cores", &Memory::cores},
    {"region", &Memory::region},
    {"word", &Memory::word},
    {"words", &Memory::words},
    {"timeout", &Memory::timeout},
}};

using Run = photic_spu_run_desc;
constexpr std::array<Field<Run>, 13> kRun{{
    {"source_words", &Run::source_words},
    {"step", &Run::step},
    {"steps", &Run::steps},
    {"epoch", &Run::epoch},
    {"period", &Run::period},
    {"record", &Run::record},
    {"outputs", &Run::outputs},
    {"probe_core", &Run::probe_core},
    {"probe_neuron", &Run::probe_neuron},
    {"probe_neurons", &Run::probe_neurons},
    {"clear_first", &Run::clear_first},
    {"strict", &Run::strict},
    {"timeout", &Run::timeout},
}};

constexpr std::array kWriteBuffers{
    Parameter{.name = "source", .type = "ulong*", .is_buffer = true, .is_const = true}};
constexpr std::array kReadBuffers{Parameter{.name = "destination", .type = "ulong*", .is_buffer = true}};
constexpr std::array kRunBuffers{
    Parameter{.name = "source", .type = "ulong*", .is_buffer = true, .is_const = true, .may_be_null = true},
    Parameter{.name = "destination", .type = "uchar*", .is_buffer = true, .may_be_null = true},
    Parameter{.name = "trace", .type = "ulong*", .is_buffer = true, .may_be_null = true},
};

constexpr auto kConfigureParameters = parameters_of(std::array<Parameter, 0>{}, kSettings);
constexpr auto kWriteParameters = parameters_of(kWriteBuffers, kMemory);
constexpr auto kReadParameters = parameters_of(kReadBuffers, kMemory);
constexpr std::array kClearParameters{Parameter{.name = "what"}};
constexpr auto kRunParameters = parameters_of(kRunBuffers, kRun);

Work make_configure(OpenDevice& device, std::span<const NativeArgument> arguments) {
  return HostAction([&device, settings = filled(kSettings, arguments)] {
    return device.when_idle([&] { return photic_spu_configure(device.native(), &settings); });
  });
}

Work move_words(OpenDevice& device, uint32_t opcode, std::span<const NativeArgument> arguments) {
  const NativeOperand& memory = operand(arguments, 0);
  Memory desc = filled(kMemory, arguments);
  check_holds(memory, uint64_t{desc.cores} * desc.words * sizeof(uint64_t));
  desc.buffer = memory.buffer;
  desc.offset = memory.offset;
  photic_submission submission{};
  check_packed(photic_spu_pack_memory(device.native(), opcode, &desc, &submission));
  return submission;
}

Work make_write(OpenDevice& device, std::span<const NativeArgument> arguments) {
  return move_words(device, PHOTIC_OP_SPU_WRITE, arguments);
}

Work make_read(OpenDevice& device, std::span<const NativeArgument> arguments) {
  return move_words(device, PHOTIC_OP_SPU_READ, arguments);
}

Work make_clear(OpenDevice&, std::span<const NativeArgument> arguments) {
  const auto what = std::get<uint32_t>(arguments[0]);
  abi::SpuMemory record;
  record.opcode = abi::Opcode::SPU_CLEAR;
  record.clear = static_cast<uint8_t>(what);
  if (record.clear != what) {
    throw Error(CL_INVALID_KERNEL_ARGS, "what = " + std::to_string(what) + " does not fit the command");
  }
  photic_submission submission{};
  static_assert(sizeof(submission) == sizeof(record));
  std::memcpy(&submission, &record, sizeof(submission));
  return submission;
}

Work make_run(OpenDevice& device, std::span<const NativeArgument> arguments) {
  const std::array operands{operand(arguments, 0), operand(arguments, 1), operand(arguments, 2)};
  Run desc = filled(kRun, arguments);
  std::array<uint64_t, 3> bytes{};
  check_packed(photic_spu_run_sizes(device.native(), &desc, &bytes[0], &bytes[1], &bytes[2]));
  for (size_t i = 0; i < operands.size(); ++i) {
    // What is left out although it is needed, packing refuses.
    if (operands[i].buffer != nullptr) {
      check_holds(operands[i], bytes[i]);
    }
  }
  desc.source = operands[0].buffer;
  desc.source_offset = operands[0].offset;
  desc.destination = operands[1].buffer;
  desc.destination_offset = operands[1].offset;
  desc.trace = operands[2].buffer;
  desc.trace_offset = operands[2].offset;
  photic_submission submission{};
  check_packed(photic_spu_pack_run(device.native(), &desc, &submission));
  return submission;
}

}  // namespace

constexpr BuiltinKernel kSpuConfigure{"photic_spu_configure", kSpu, kConfigureParameters, make_configure};
constexpr BuiltinKernel kSpuWrite{"photic_spu_write", kSpu, kWriteParameters, make_write};
constexpr BuiltinKernel kSpuRead{"photic_spu_read", kSpu, kReadParameters, make_read};
constexpr BuiltinKernel kSpuClear{"photic_spu_clear", kSpu, kClearParameters, make_clear};
constexpr BuiltinKernel kSpuRun{"photic_spu_run", kSpu, kRunParameters, make_run};

}  // namespace photic::opencl
