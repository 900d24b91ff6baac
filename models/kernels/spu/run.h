// SPDX-License-Identifier: Apache-2.0
// What a run does when: step numbers, clears, records and their sizes. docs/reference/spu-device.md 2.4.
#pragma once

#include <cstdint>
#include <span>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"

namespace photic::kernels::spu {

/// Number of step k of a run, modulo 2^32.
constexpr uint32_t step_number(const abi::SpuRun& run, uint32_t k) {
  return run.step + k;
}

/// Whether outputs, and with them neurons and accumulators, are cleared before step k.
constexpr bool outputs_clear_due(const abi::SpuRun& run, uint32_t k) {
  return k == 0 && (run.control & abi::SPU_CONTROL_CLEAR_FIRST) != 0;
}

/// Whether neurons and accumulators are cleared before step k.
constexpr bool clear_due(const abi::SpuRun& run, uint32_t k) {
  return outputs_clear_due(run, k) || (run.epoch != 0 && k > 0 && k % run.epoch == 0);
}

/// Whether a record is written when `done` steps are done.
constexpr bool record_due(const abi::SpuRun& run, uint32_t done) {
  return run.record != abi::SpuRecord::NONE && done % run.period == 0;
}

/// 64-bit words of a record of a valid run.
constexpr uint32_t record_words(const abi::SpuRun& run) {
  switch (run.record) {
    case abi::SpuRecord::NONE:
      return 0;
    case abi::SpuRecord::BITS:
      return (run.outputs + 63u) / 64;
    case abi::SpuRecord::I32:
      return (run.outputs + 1u) / 2;
    case abi::SpuRecord::STATES:
      return 2u * run.probe_neurons;
  }
  return 0;
}

/// 64-bit words a step appends to a trace.
constexpr uint32_t trace_words(const abi::SpuPreset& preset) {
  return abi::kSpuCounters * (preset.cores() + 1);
}

/// A BITS or I32 record of `outputs` into `words`, whose length is record_words.
void pack_outputs(abi::SpuRecord record, std::span<const int32_t> outputs, std::span<uint64_t> words);

}  // namespace photic::kernels::spu
