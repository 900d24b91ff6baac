// SPDX-License-Identifier: Apache-2.0
// Axons, rows, groups.
#include "hw/spu/deliver.h"

#include <algorithm>
#include <span>

#include "hw/spu/sweep.h"
#include "models/kernels/spu/flit.h"

namespace photic::hw {

namespace spu = kernels::spu;

Deliver::Deliver(const sc_core::sc_module_name& name, ClockDomain& clock, UnitMemory& memory,
                 FlitLink& receive, const Sweep& sweep, Activity& activity)
    : SleepingModule(name, clock), memory_(memory), receive_(receive), sweep_(sweep), activity_(activity) {}

void Deliver::on_clock() {
  const uint64_t cycle = now();
  if (!receive_.ready(cycle)) {
    return;
  }
  const uint64_t free = std::max(free_, sweep_.active_until() + 1);
  if (cycle < free) {
    wake_at(free);
    return;
  }
  const uint64_t flit = receive_.front();
  const Work work = take(flit);
  free_ = cycle + 1 + work.cycles;
  memory_.count(abi::SpuCounter::CYCLES_DELIVER, 1 + work.cycles);
  // The accumulators of the last group are written in the first cycle of being free again.
  activity_.hold(work.ends_in_body ? free_ : free_ - 1);
  receive_.pop(cycle);
  if (receive_.ready(free_)) {
    wake_at(free_);
  }
}

Deliver::Work Deliver::take(uint64_t word) {
  memory_.count(abi::SpuCounter::FLITS_IN);
  memory_.count(abi::SpuCounter::TABLE_READS);
  const abi::SpuFlit flit = abi::SpuFlit::unpack(word);
  constexpr Work kAxonOnly{1, false};
  if (!spu::parity_is_even(word)) {
    memory_.take_link_error(flit.axon);
    return kAxonOnly;
  }
  if (!spu::is_packet(flit) || flit.axon >= memory_.size().axons) {
    memory_.count(abi::SpuCounter::DROPS);
    return kAxonOnly;
  }
  const abi::SpuAxon axon = abi::SpuAxon::unpack(memory_.axon[flit.axon]);
  if (spu::axon_at_fault(axon, memory_.preset())) {
    memory_.count(abi::SpuCounter::DROPS);
    return kAxonOnly;
  }
  return add_rows(axon, flit.payload);
}

Deliver::Work Deliver::add_rows(const abi::SpuAxon& axon, int32_t payload) {
  Work work{1, false};
  if (spu::is_walk(axon)) {
    memory_.count(abi::SpuCounter::TABLE_READS);
    ++work.cycles;
  }
  const abi::SpuWalk walk = walk_of(axon);
  const uint32_t rows = spu::row_count(axon);
  for (uint32_t i = 0; i < rows; ++i) {
    const spu::Row row = spu::row_at(axon, walk, i);
    ++work.cycles;
    work.ends_in_body = !spu::row_is_bad(axon, row, memory_.preset(), memory_.size().neurons);
    if (!work.ends_in_body) {
      memory_.count(abi::SpuCounter::DROPS);
      continue;
    }
    work.cycles += groups(axon, row);
    memory_.count(abi::SpuCounter::SYNAPSE_READS, row.words);
    if (axon.format == abi::SpuSynapseFormat::SPARSE) {
      add_sparse_row(axon, row, payload);
    } else {
      add_row(axon, row, payload);
    }
  }
  return work;
}

void Deliver::add_row(const abi::SpuAxon& axon, const spu::Row& row, int32_t payload) {
  const abi::SpuPreset& preset = memory_.preset();
  const uint32_t first = spu::slot_of(base->get(), axon.delay, preset) * preset.neurons + row.target;
  memory_.count(abi::SpuCounter::SYNAPTIC_OPS, row.count);
  if (axon.format == abi::SpuSynapseFormat::POOL) {
    const spu::Clipped one = spu::contribution(payload, 1, axon.exponent);
    for (uint32_t i = 0; i < row.count; ++i) {
      add(first + i, one);
    }
    return;
  }
  const std::span<const uint64_t> words(&memory_.synapse[static_cast<size_t>(row.word)], row.words);
  const spu::WeightFormat format = spu::weight_format(axon);
  for (uint32_t i = 0; i < row.count; ++i) {
    const int32_t weight = format.weight(spu::stored_weight(words, i, format.bits));
    add(first + i, spu::contribution(payload, weight, axon.exponent));
  }
}

void Deliver::add_sparse_row(const abi::SpuAxon& axon, const spu::Row& row, int32_t payload) {
  const abi::SpuPreset& preset = memory_.preset();
  const spu::WeightFormat format = spu::weight_format(axon);
  const uint32_t ones = (1U << format.bits) - 1;
  for (uint32_t i = 0; i < row.count; ++i) {
    const uint64_t word = memory_.synapse[static_cast<size_t>(row.word) + i / 2];
    const abi::SpuSynapse synapse = spu::synapse_at(word, i);
    if (spu::synapse_at_fault(axon, synapse, preset, memory_.size().neurons)) {
      memory_.count(abi::SpuCounter::DROPS);
      continue;
    }
    memory_.count(abi::SpuCounter::SYNAPTIC_OPS);
    const uint32_t slot = spu::slot_of(base->get(), axon.delay + synapse.delay, preset);
    add(slot * preset.neurons + synapse.target,
        spu::contribution(payload, format.weight(synapse.weight & ones), axon.exponent));
  }
}

void Deliver::add(uint32_t accumulator, const spu::Clipped& contribution) {
  int32_t& value = memory_.accumulators[accumulator];
  value = static_cast<int32_t>(static_cast<uint32_t>(value) + static_cast<uint32_t>(contribution.value));
  if (contribution.saturated) {
    memory_.count_saturations(1);
  }
}

abi::SpuWalk Deliver::walk_of(const abi::SpuAxon& axon) const {
  return spu::is_walk(axon) ? abi::SpuWalk::unpack(memory_.walk[axon.walk]) : abi::SpuWalk{};
}

uint64_t Deliver::groups(const abi::SpuAxon& axon, const spu::Row& row) const {
  const uint32_t lanes = axon.format == abi::SpuSynapseFormat::SPARSE ? 1 : memory_.preset().lanes;
  return (row.count + lanes - 1) / lanes;
}

uint64_t Deliver::scan() {
  uint64_t cycles = 1;  // the one that finds no axon left
  for (uint32_t i = 0; i < memory_.size().axons; ++i) {
    cycles += scan_axon(i);
  }
  return now() + cycles;
}

uint64_t Deliver::scan_axon(uint32_t index) {
  const abi::SpuPreset& preset = memory_.preset();
  const uint32_t neurons = memory_.size().neurons;
  if (const auto fault = spu::scan_axon(preset, memory_.tables(), neurons, index)) {
    memory_.take(abi::Status::INVALID_PROGRAM, *fault);
  }
  const abi::SpuAxon axon = abi::SpuAxon::unpack(memory_.axon[index]);
  uint64_t cycles = 2;  // POP, AXON
  if (spu::axon_at_fault(axon, preset) || spu::row_count(axon) == 0) {
    return cycles;
  }
  cycles += spu::is_walk(axon) ? 1 : 0;
  const abi::SpuWalk walk = walk_of(axon);
  for (uint32_t i = 0; i < spu::row_count(axon); ++i) {
    const spu::Row row = spu::row_at(axon, walk, i);
    const bool checked =
        axon.format == abi::SpuSynapseFormat::SPARSE && !spu::row_is_bad(axon, row, preset, neurons);
    cycles += 1 + (checked ? groups(axon, row) : 0);
  }
  return cycles;
}

}  // namespace photic::hw
