// SPDX-License-Identifier: Apache-2.0
// Validation of submissions, one function a status, in the order they are reported.
#include "models/kernels/spu/command_check.h"

#include "models/kernels/descriptor_check.h"

namespace photic::kernels::spu {
namespace {

constexpr uint8_t kKnownClears = abi::SPU_CLEAR_STATE | abi::SPU_CLEAR_COUNTERS;
constexpr uint8_t kKnownControls = abi::SPU_CONTROL_CLEAR_FIRST | abi::SPU_CONTROL_TRACE;
constexpr uint64_t kAddressAlignment = 8;

bool memory_fields_are_valid(const abi::SpuMemory& m) {
  if ((m.flags & ~abi::SUBMIT_IRQ) != 0 || m.reserved0 != 0 || m.reserved1 != 0 || m.reserved2 != 0 ||
      m.reserved3 != 0) {
    return false;
  }
  if (m.opcode == abi::Opcode::SPU_CLEAR) {
    return m.clear != 0 && (m.clear & ~kKnownClears) == 0 && m.source == 0 && m.destination == 0 &&
           m.core == 0 && m.cores == 0 && static_cast<unsigned>(m.region) == 0 && m.word == 0 && m.words == 0;
  }
  const uint64_t unused = m.opcode == abi::Opcode::SPU_WRITE ? m.destination : m.source;
  return m.cores != 0 && m.words != 0 && m.clear == 0 && unused == 0;
}

bool region_is_valid(const abi::SpuMemory& m, const abi::SpuPreset& preset) {
  const bool io = m.core == preset.cores() && m.cores == 1;
  if (!io && uint32_t{m.core} + m.cores > preset.cores()) {
    return false;
  }
  const uint64_t words = preset.region_words(m.region, io);
  return words != 0 && uint64_t{m.word} + m.words <= words &&
         !(m.opcode == abi::Opcode::SPU_WRITE && m.region == abi::SpuRegion::COUNTER);
}

abi::Status validate_memory(const abi::SpuMemory& m, const abi::SpuPreset& preset) {
  if (!memory_fields_are_valid(m)) {
    return abi::Status::INVALID_FIELD;
  }
  if (m.opcode == abi::Opcode::SPU_CLEAR) {
    return abi::Status::OK;
  }
  if (!region_is_valid(m, preset)) {
    return abi::Status::INVALID_REGION;
  }
  return (m.source | m.destination) % kAddressAlignment == 0 ? abi::Status::OK : abi::Status::INVALID_ADDRESS;
}

bool record_fields_are_valid(const abi::SpuRun& r, const abi::SpuPreset& preset) {
  const bool probes = r.probe_core != 0 || r.probe_neuron != 0 || r.probe_neurons != 0;
  switch (r.record) {
    case abi::SpuRecord::NONE:
      return r.destination == 0 && r.period == 0 && r.outputs == 0 && !probes;
    case abi::SpuRecord::BITS:
    case abi::SpuRecord::I32:
      return r.period != 0 && r.outputs != 0 && r.outputs <= preset.outputs && !probes;
    case abi::SpuRecord::STATES:
      return r.period != 0 && r.outputs == 0 && r.probe_neurons != 0;
  }
  return false;
}

bool run_fields_are_valid(const abi::SpuRun& r, const abi::SpuPreset& preset) {
  return (r.flags & ~(abi::SUBMIT_IRQ | abi::SUBMIT_STRICT)) == 0 && (r.control & ~kKnownControls) == 0 &&
         r.reserved == 0 && r.steps != 0 && record_fields_are_valid(r, preset) &&
         (r.trace == 0 || (r.control & abi::SPU_CONTROL_TRACE) != 0) &&
         (r.source == 0 || r.source_words != 0);
}

bool probe_is_valid(const abi::SpuRun& r, const abi::SpuPreset& preset) {
  return r.record != abi::SpuRecord::STATES ||
         (r.probe_core < preset.cores() && uint32_t{r.probe_neuron} + r.probe_neurons <= preset.neurons);
}

abi::Status validate_run(const abi::SpuRun& r, const abi::SpuPreset& preset) {
  if (!run_fields_are_valid(r, preset)) {
    return abi::Status::INVALID_FIELD;
  }
  if (!probe_is_valid(r, preset)) {
    return abi::Status::INVALID_REGION;
  }
  return (r.source | r.destination | r.trace) % kAddressAlignment == 0 ? abi::Status::OK
                                                                       : abi::Status::INVALID_ADDRESS;
}

}  // namespace

abi::Status validate(const abi::Submission& submission, const abi::SpuPreset& preset) {
  switch (submission.opcode) {
    case abi::Opcode::NOP:
      return validate_nop(submission);
    case abi::Opcode::SPU_WRITE:
    case abi::Opcode::SPU_READ:
    case abi::Opcode::SPU_CLEAR:
      return validate_memory(as_memory(submission), preset);
    case abi::Opcode::SPU_RUN:
      return validate_run(as_run(submission), preset);
    case abi::Opcode::OPU_PROJECT:
    case abi::Opcode::OPU_CALIBRATE:
      break;
  }
  return abi::Status::INVALID_OPCODE;
}

}  // namespace photic::kernels::spu
