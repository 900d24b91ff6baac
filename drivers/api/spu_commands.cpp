// SPDX-License-Identifier: Apache-2.0
// Packs the commands of a spiking processing unit.
#include "drivers/api/spu_commands.h"

#include "drivers/api/narrow.h"

namespace photic::api {
namespace {

constexpr uint64_t kWord = sizeof(uint64_t);

// Words moved and neurons updated up to which a command is short: well under a millisecond on any model. A
// word of the input stream holds two events, and an event may reach many synapses.
constexpr double kShortWork = 1 << 15;
constexpr double kWorkOfInputWord = 64;
constexpr double kWorkOfClearedWord = 0.125;

uint64_t words_for(uint64_t entries, uint64_t bits) {
  return (entries * bits + 63) / 64;
}

// A STATES record's words come in units of what one neuron takes.
uint64_t state_words(uint64_t neurons) {
  abi::SpuPreset one{};
  one.neurons = 1;
  return neurons * one.region_words(abi::SpuRegion::STATE, false);
}

uint64_t record_bytes(const abi::SpuRun& run) {
  switch (run.record) {
    case abi::SpuRecord::BITS:
      return words_for(run.outputs, 1) * kWord;
    case abi::SpuRecord::I32:
      return words_for(run.outputs, 32) * kWord;
    case abi::SpuRecord::STATES:
      return state_words(run.probe_neurons) * kWord;
    default:
      return 0;
  }
}

}  // namespace

bool is_spu(const abi::Submission& submission) {
  switch (submission.opcode) {
    case abi::Opcode::SPU_WRITE:
    case abi::Opcode::SPU_READ:
    case abi::Opcode::SPU_CLEAR:
    case abi::Opcode::SPU_RUN:
      return true;
    default:
      return false;
  }
}

bool is_short_spu(const abi::Submission& submission, const abi::SpuPreset& sizes) {
  if (submission.opcode == abi::Opcode::SPU_RUN) {
    const auto run = as<abi::SpuRun>(submission);
    return double(run.steps) * sizes.cores() * sizes.neurons + double(run.source_words) * kWorkOfInputWord <=
           kShortWork;
  }
  if (submission.opcode == abi::Opcode::SPU_CLEAR) {
    return double(sizes.cores()) * sizes.neurons * sizes.slots * kWorkOfClearedWord <= kShortWork;
  }
  const auto memory = as<abi::SpuMemory>(submission);
  return double(memory.words) * memory.cores <= kShortWork;
}

Operands spu_operands(const abi::Submission& submission, const abi::SpuPreset& sizes) {
  if (submission.opcode == abi::Opcode::SPU_RUN) {
    return spu_run_operands(as<abi::SpuRun>(submission), sizes);
  }
  const auto memory = as<abi::SpuMemory>(submission);
  const uint64_t bytes = uint64_t{memory.words} * memory.cores * kWord;
  return {Operand{memory.source, bytes}, {memory.destination, bytes}, {}};
}

Operands spu_run_operands(const abi::SpuRun& run, const abi::SpuPreset& sizes) {
  const uint64_t records = run.period == 0 ? 0 : run.steps / run.period;
  const bool traced = (run.control & abi::SPU_CONTROL_TRACE) != 0;
  const uint64_t units = uint64_t{sizes.cores()} + 1;
  return {Operand{run.source, run.source_words * kWord},
          {run.destination, records * record_bytes(run)},
          {run.trace, traced ? run.steps * units * abi::kSpuCounters * kWord : 0}};
}

abi::SpuMemory pack_spu_memory(abi::Opcode opcode, const photic_spu_memory_desc& desc) {
  abi::SpuMemory record;
  record.opcode = opcode;
  record.timeout = desc.timeout;
  record.core = narrow<uint16_t>("core", desc.core);
  record.cores = narrow<uint16_t>("cores", desc.cores);
  record.region = static_cast<abi::SpuRegion>(narrow<uint8_t>("region", desc.region));
  record.word = desc.word;
  record.words = desc.words;
  return record;
}

abi::SpuMemory pack_spu_clear(uint32_t what) {
  abi::SpuMemory record;
  record.opcode = abi::Opcode::SPU_CLEAR;
  record.clear = narrow<uint8_t>("what", what);
  return record;
}

abi::SpuRun pack_spu_run(const photic_spu_run_desc& desc) {
  abi::SpuRun record;
  record.opcode = abi::Opcode::SPU_RUN;
  record.flags = desc.strict != 0 ? abi::SUBMIT_STRICT : uint8_t{0};
  record.timeout = desc.timeout;
  record.source_words = desc.source_words;
  record.step = desc.step;
  record.steps = desc.steps;
  record.epoch = desc.epoch;
  record.period = desc.period;
  record.outputs = narrow<uint16_t>("outputs", desc.outputs);
  record.record = static_cast<abi::SpuRecord>(narrow<uint8_t>("record", desc.record));
  record.control = static_cast<uint8_t>((desc.clear_first != 0 ? abi::SPU_CONTROL_CLEAR_FIRST : 0) |
                                        (desc.trace != nullptr ? abi::SPU_CONTROL_TRACE : 0));
  record.probe_core = narrow<uint16_t>("probe_core", desc.probe_core);
  record.probe_neuron = narrow<uint16_t>("probe_neuron", desc.probe_neuron);
  record.probe_neurons = narrow<uint16_t>("probe_neurons", desc.probe_neurons);
  return record;
}

}  // namespace photic::api
