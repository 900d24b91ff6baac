// SPDX-License-Identifier: Apache-2.0
// Packets from their source to accumulators and outputs. Only a scanned program gets here, so no row is bad.
#include <bit>

#include "models/golden/spu/mesh.h"
#include "models/kernels/spu/flit.h"

namespace photic::golden {

static_assert(std::endian::native == std::endian::little, "stored weights are read as bytes of their words");

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

void SpuMesh::expect(const Route& route) const {
  const SpuUnit& unit = units_[route.unit];
  if (route.axon < unit.plans.size()) {
    __builtin_prefetch(&unit.plans[route.axon]);
  }
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
  if (plan.rows == 0) {
    return 1;
  }
  if (plan.format == SpuSynapseFormat::SPARSE) {
    return add_synapses(core, plan, payload, base_step);
  }
  int32_t* const slot = core.slot((base_step + plan.delay) & (preset_.slots - 1));
  const Addend addend =
      payload == 1 ? plan.spike : kernels::spu::addend_of(plan.weights, payload, plan.exponent);
  if (plan.format == SpuSynapseFormat::DENSE) {
    return 1 + add_row(core, plan, addend, plan.first_row(), slot);
  }
  core.counter(SpuCounter::TABLE_READS) += 1;
  const auto axon = abi::SpuAxon::unpack(core.axon[route.axon]);
  const auto walk = abi::SpuWalk::unpack(core.walk[axon.walk]);
  const auto one = kernels::spu::contribution(payload, 1, plan.exponent);
  uint32_t work = 1;
  for (uint32_t r = 0; r < plan.rows; ++r) {
    const Row row = kernels::spu::row_at(axon, walk, r);
    work += plan.format == SpuSynapseFormat::POOL ? add_ones(core, one, row, slot)
                                                  : add_row(core, plan, addend, row, slot);
  }
  return work;
}

uint32_t SpuMesh::add_row(SpuUnit& core, const AxonPlan& plan, const Addend& addend, const Row& row,
                          int32_t* slot) {
  const uint64_t* const words = core.synapse.data() + row.word;
  const auto* stored = reinterpret_cast<const uint8_t*>(words);
  if (plan.weights.bits != 8) {
    loops_.unpack(words, row.count, plan.weights.bits, unpacked_.data());
    stored = unpacked_.data();
  }
  if (const uint32_t clipped = loops_.add_row(stored, row.count, addend, slot + row.target); clipped != 0) {
    count_saturations(core, clipped);
  }
  core.counter(SpuCounter::SYNAPTIC_OPS) += row.count;
  core.counter(SpuCounter::SYNAPSE_READS) += row.words;
  return row.count;
}

uint32_t SpuMesh::add_ones(SpuUnit& core, const kernels::spu::Clipped& one, const Row& row, int32_t* slot) {
  loops_.add_constant(one.value, row.count, slot + row.target);
  count_saturations(core, one.saturated ? row.count : 0);
  core.counter(SpuCounter::SYNAPTIC_OPS) += row.count;
  return row.count;
}

uint32_t SpuMesh::add_synapses(SpuUnit& core, const AxonPlan& plan, int32_t payload, uint32_t base_step) {
  const uint32_t ones = (1u << plan.weights.bits) - 1;
  uint32_t clipped = 0;
  for (uint32_t k = 0; k < plan.count; ++k) {
    const auto synapse = kernels::spu::synapse_at(core.synapse[plan.word + k / 2], k);
    const auto added =
        kernels::spu::contribution(payload, plan.weights.weight(synapse.weight & ones), plan.exponent);
    const uint32_t slot = (base_step + plan.delay + synapse.delay) & (preset_.slots - 1);
    int32_t& sum = core.slot(slot)[synapse.target];
    sum = static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(added.value));
    clipped += added.saturated ? 1 : 0;
  }
  count_saturations(core, clipped);
  core.counter(SpuCounter::SYNAPTIC_OPS) += plan.count;
  core.counter(SpuCounter::SYNAPSE_READS) += plan.words;
  return 1 + plan.count;
}

}  // namespace photic::golden
