// SPDX-License-Identifier: Apache-2.0
// The scan of a unit, and what it leaves for the run: tables decoded once.
#include "models/golden/spu/mesh.h"

namespace photic::golden {

using kernels::spu::kBlockNeurons;

namespace {

AxonPlan plan_of(const SpuUnit& unit, uint32_t index) {
  const auto axon = abi::SpuAxon::unpack(unit.axon[index]);
  const bool walks = kernels::spu::is_walk(axon);
  const auto walk = walks ? abi::SpuWalk::unpack(unit.walk[axon.walk]) : abi::SpuWalk{};
  AxonPlan plan;
  plan.weights = kernels::spu::weight_format(axon);
  plan.spike = kernels::spu::addend_of(plan.weights, 1, axon.exponent);
  plan.rows = static_cast<uint16_t>(kernels::spu::row_count(axon));
  plan.delay = static_cast<uint8_t>(axon.delay);
  plan.exponent = static_cast<int8_t>(axon.exponent);
  plan.format = axon.format;
  if (plan.rows != 0) {
    const kernels::spu::Row row = kernels::spu::row_at(axon, walk, 0);
    plan.word = static_cast<uint32_t>(row.word);
    plan.target = static_cast<uint16_t>(row.target);
    plan.count = static_cast<uint16_t>(row.count);
    plan.words = static_cast<uint16_t>(row.words);
  }
  return plan;
}

}  // namespace

std::optional<kernels::spu::Fault> SpuMesh::scan(SpuUnit& unit) {
  if (!unit.scanned) {
    unit.fault = kernels::spu::scan_unit(preset_, unit.place, unit.tables());
    unit.scanned = true;
    if (!unit.fault) {
      decode(unit);
    }
  }
  return unit.fault;
}

void SpuMesh::decode(SpuUnit& unit) {
  const uint32_t axons = unit.place.io ? 0 : unit.size.axons;
  unit.plans.resize(axons);
  for (uint32_t i = 0; i < axons; ++i) {
    unit.plans[i] = plan_of(unit, i);
  }

  unit.stochastic = false;
  for (uint32_t n = 0; !unit.place.io && n < unit.size.neurons; ++n) {
    const uint64_t* const words = &unit.neuron[size_t{4} * n];
    const auto constants = kernels::spu::neuron_constants(words[0], words[1], words[2]);
    unit.blocks[n / kBlockNeurons].set_constants(n % kBlockNeurons, constants);
    unit.stochastic = unit.stochastic || constants.rounding == abi::SpuRounding::STOCHASTIC;
  }

  // Entries that no pointer covers may be at fault; they are never used.
  unit.routes.resize(2 * unit.fanout.size() + kRoutesAhead);
  for (uint32_t e = 0; e < 2 * unit.fanout.size(); ++e) {
    const abi::SpuFanout entry = kernels::spu::fanout_at(unit.fanout[e / 2], e);
    unit.routes[e] =
        kernels::spu::fanout_at_fault(preset_, unit.place, entry) ? Route{} : route_of(unit, entry);
  }
  unit.fans.resize(unit.size.neurons);
  for (uint32_t n = 0; n < unit.size.neurons; ++n) {
    const auto pointer = abi::SpuPointer::unpack(unit.pointer[n]);
    const uint32_t last = pointer.base + pointer.count - 1;
    unit.fans[n] = {pointer.base, pointer.count, pointer.count == 0 ? 0 : last / 2 - pointer.base / 2 + 1};
  }
}

// A packet goes along its row, then along its column; a router counts it when it sends it on. The one that
// leads out of the mesh counts too.
Route SpuMesh::route_of(const SpuUnit& from, const abi::SpuFanout& entry) const {
  Route route;
  route.unit = static_cast<uint16_t>(kernels::spu::fanout_target(preset_, from.place, entry));
  route.axon = static_cast<uint16_t>(entry.axon);
  route.poison = entry.poison;
  const auto range = [](int32_t at, int32_t way, uint32_t line, uint32_t length, uint16_t& first,
                        uint16_t& last) {
    const int32_t low = way >= 0 ? at : at + way + 1;
    const int32_t high = way >= 0 ? at + way : at + 1;
    first = static_cast<uint16_t>(line * (length + 1) + static_cast<uint32_t>(low));
    last = static_cast<uint16_t>(line * (length + 1) + static_cast<uint32_t>(high));
  };
  const int32_t column = from.place.x + entry.dx;
  range(from.place.x, entry.dx, static_cast<uint32_t>(from.place.y), preset_.mesh_cols, route.row_first,
        route.row_last);
  range(from.place.y, entry.dy, static_cast<uint32_t>(column), preset_.mesh_rows, route.column_first,
        route.column_last);
  return route;
}

}  // namespace photic::golden
