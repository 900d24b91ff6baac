// SPDX-License-Identifier: Apache-2.0
// Packets from their source to accumulators and outputs. Only a scanned program gets here, so no row is bad.
#include "models/golden/spu/mesh.h"
#include "models/kernels/spu/flit.h"

namespace photic::golden {

using abi::SpuCounter;
using abi::SpuSynapseFormat;
using kernels::spu::Addend;
using kernels::spu::Row;

const Fan& SpuMesh::begin_fan(SpuUnit& from, uint32_t source) {
  const Fan& fan = from.fans[source];
  from.counter(SpuCounter::TABLE_READS) += 1 + fan.words;
  from.counter(SpuCounter::FLITS_OUT) += fan.count;
  return fan;
}

uint32_t SpuMesh::send(const Route& route, int32_t payload, uint32_t base_step) {
  row_hops_[route.row_first] += 1;
  row_hops_[route.row_last] -= 1;
  column_hops_[route.column_first] += 1;
  column_hops_[route.column_last] -= 1;
  SpuUnit& target = units_[route.unit];
  target.counter(SpuCounter::FLITS_IN) += 1;
  target.counter(SpuCounter::TABLE_READS) += target.place.io ? 0 : 1;
  if (route.poison) {
    target.counter(SpuCounter::PARITY_ERRORS) += 1;
    take_link_fault(route.unit, route.axon);
    return 1;
  }
  return target.place.io ? deliver_to_output(target, route, payload)
                         : deliver_to_core(target, route, payload, base_step);
}

void SpuMesh::take_link_fault(uint32_t unit, uint32_t axon) {
  const uint64_t place = kernels::spu::place_of(unit, {abi::SpuRegion::AXON, axon});
  if (!link_fault_ || place < *link_fault_) {  // the unit stands above the axon
    link_fault_ = place;
  }
}

uint32_t SpuMesh::deliver_to_output(SpuUnit& io, const Route& route, int32_t payload) {
  if (route.axon >= io.size.axons) {
    io.counter(SpuCounter::DROPS) += 1;
    return 1;
  }
  int32_t& output = io.accumulators[route.axon];
  output = static_cast<int32_t>(static_cast<uint32_t>(output) + static_cast<uint32_t>(payload));
  io.counter(SpuCounter::SYNAPTIC_OPS) += 1;
  return 1;
}

uint32_t SpuMesh::deliver_to_core(SpuUnit& core, const Route& route, int32_t payload, uint32_t base_step) {
  if (route.axon >= core.size.axons) {
    core.counter(SpuCounter::DROPS) += 1;
    return 1;
  }
  const AxonPlan& plan = core.plans[route.axon];
  if (plan.axon.format == SpuSynapseFormat::SPARSE) {
    return add_synapses(core, plan, payload, base_step);
  }
  int32_t* const slot = core.slot((base_step + plan.axon.delay) & (preset_.slots - 1));
  const bool spike = payload == 1;
  if (plan.axon.format == SpuSynapseFormat::DENSE) {
    const Row row = kernels::spu::row_at(plan.axon, plan.walk, 0);
    return plan.rows == 0 ? 1
           : spike        ? add_row(core, plan, plan.spike, row, slot)
                   : add_row(core, plan, kernels::spu::addend_of(plan.format, payload, plan.axon.exponent),
                             row, slot);
  }
  core.counter(SpuCounter::TABLE_READS) += 1;
  if (plan.axon.format == SpuSynapseFormat::POOL) {
    return add_pool(core, plan, payload, slot);
  }
  const Addend addend =
      spike ? plan.spike : kernels::spu::addend_of(plan.format, payload, plan.axon.exponent);
  uint32_t work = 1;
  for (uint32_t r = 0; r < plan.rows; ++r) {
    work += add_row(core, plan, addend, kernels::spu::row_at(plan.axon, plan.walk, r), slot);
  }
  return work;
}

uint32_t SpuMesh::add_row(SpuUnit& core, const AxonPlan& plan, const Addend& addend, const Row& row,
                          int32_t* slot) {
  const uint64_t* const words = core.synapse.data() + row.word;
  const auto* stored = reinterpret_cast<const uint8_t*>(words);
  if (plan.format.bits != 8) {
    loops_.unpack(words, row.count, plan.format.bits, unpacked_.data());
    stored = unpacked_.data();
  }
  if (const uint32_t clipped = loops_.add_row(stored, row.count, addend, slot + row.target); clipped != 0) {
    count_saturations(core, clipped);
  }
  core.counter(SpuCounter::SYNAPTIC_OPS) += row.count;
  core.counter(SpuCounter::SYNAPSE_READS) += row.words;
  return 1 + row.count;
}

uint32_t SpuMesh::add_pool(SpuUnit& core, const AxonPlan& plan, int32_t payload, int32_t* slot) {
  const auto added = kernels::spu::contribution(payload, 1, plan.axon.exponent);
  uint32_t synapses = 0;
  for (uint32_t r = 0; r < plan.rows; ++r) {
    const Row row = kernels::spu::row_at(plan.axon, plan.walk, r);
    loops_.add_constant(added.value, row.count, slot + row.target);
    synapses += row.count;
  }
  core.counter(SpuCounter::SYNAPTIC_OPS) += synapses;
  count_saturations(core, added.saturated ? synapses : 0);
  return 1 + synapses;
}

uint32_t SpuMesh::add_synapses(SpuUnit& core, const AxonPlan& plan, int32_t payload, uint32_t base_step) {
  const uint32_t ones = (1u << plan.format.bits) - 1;
  uint32_t clipped = 0;
  for (uint32_t k = 0; k < plan.axon.extent; ++k) {
    const auto synapse = kernels::spu::synapse_at(core.synapse[plan.axon.base + k / 2], k);
    const auto added =
        kernels::spu::contribution(payload, plan.format.weight(synapse.weight & ones), plan.axon.exponent);
    const uint32_t slot = (base_step + plan.axon.delay + synapse.delay) & (preset_.slots - 1);
    int32_t& sum = core.slot(slot)[synapse.target];
    sum = static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(added.value));
    clipped += added.saturated ? 1 : 0;
  }
  count_saturations(core, clipped);
  core.counter(SpuCounter::SYNAPTIC_OPS) += plan.axon.extent;
  core.counter(SpuCounter::SYNAPSE_READS) += (plan.axon.extent + 1) / 2;
  return 1 + plan.axon.extent;
}

}  // namespace photic::golden
