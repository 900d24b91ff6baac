// SPDX-License-Identifier: Apache-2.0
// Table entries one at a time, and whole units.
#include "models/kernels/spu/scan.h"

#include "models/kernels/spu/axon.h"

namespace photic::kernels::spu {

Unit unit_at(const abi::SpuPreset& preset, uint32_t number) {
  if (number == preset.cores()) {
    return {.number = number, .io = true, .x = 0, .y = 0};
  }
  return {.number = number,
          .io = false,
          .x = static_cast<int32_t>(number % preset.mesh_cols),
          .y = static_cast<int32_t>(number / preset.mesh_cols)};
}

bool config_at_fault(const abi::SpuPreset& preset, bool io, uint64_t config) {
  const auto fields = abi::SpuConfig::unpack(config);
  return fields.neurons > (io ? preset.inputs : preset.neurons) ||
         fields.axons > (io ? preset.outputs : preset.axons);
}

UnitSize unit_size(const abi::SpuPreset& preset, bool io, uint64_t config) {
  if (config_at_fault(preset, io, config)) {
    return {};
  }
  const auto fields = abi::SpuConfig::unpack(config);
  return {.neurons = fields.neurons, .axons = fields.axons};
}

bool neuron_at_fault(uint64_t word0) {
  constexpr auto kUnknown = 3u;
  const auto neuron = abi::SpuNeuron0::unpack(word0);
  return neuron.current_decay > abi::kSpuDecayOne || neuron.voltage_decay > abi::kSpuDecayOne ||
         neuron.adaptation_decay > abi::kSpuDecayOne || static_cast<unsigned>(neuron.rounding) == kUnknown ||
         static_cast<unsigned>(neuron.reset) == kUnknown || neuron.plastic;
}

bool pointer_at_fault(const abi::SpuPreset& preset, bool io, const abi::SpuPointer& pointer) {
  return pointer.base + pointer.count > 2 * (io ? preset.io_fanout_words : preset.fanout_words);
}

bool fanout_at_fault(const abi::SpuPreset& preset, const Unit& unit, const abi::SpuFanout& entry) {
  if (entry.host) {
    return unit.io || entry.dx != -unit.x || entry.dy != -(unit.y + 1) || entry.axon >= preset.outputs;
  }
  const int32_t x = unit.x + entry.dx;
  const int32_t y = unit.y + entry.dy;
  return x < 0 || x >= static_cast<int32_t>(preset.mesh_cols) || y < 0 ||
         y >= static_cast<int32_t>(preset.mesh_rows) || entry.axon >= preset.axons;
}

uint32_t fanout_target(const abi::SpuPreset& preset, const Unit& unit, const abi::SpuFanout& entry) {
  if (entry.host) {
    return preset.cores();
  }
  return static_cast<uint32_t>(unit.y + entry.dy) * preset.mesh_cols +
         static_cast<uint32_t>(unit.x + entry.dx);
}

std::optional<Fault> scan_axon(const abi::SpuPreset& preset, const Tables& tables, uint32_t neurons,
                               uint32_t index) {
  const auto axon = abi::SpuAxon::unpack(tables.axon[index]);
  const Fault fault{abi::SpuRegion::AXON, index};
  if (axon_at_fault(axon, preset)) {
    return fault;
  }
  const auto walk = is_walk(axon) ? abi::SpuWalk::unpack(tables.walk[axon.walk]) : abi::SpuWalk{};
  const uint32_t rows = row_count(axon);
  for (uint32_t r = 0; r < rows; ++r) {
    if (row_is_bad(axon, row_at(axon, walk, r), preset, neurons)) {
      return fault;
    }
  }
  if (axon.format == abi::SpuSynapseFormat::SPARSE) {
    for (uint32_t k = 0; k < axon.extent; ++k) {
      const uint32_t word = axon.base + k / 2;
      if (synapse_at_fault(axon, synapse_at(tables.synapse[word], k), preset, neurons)) {
        return Fault{abi::SpuRegion::SYNAPSE, word};
      }
    }
  }
  return std::nullopt;
}

std::optional<Fault> scan_pointer(const abi::SpuPreset& preset, const Unit& unit, const Tables& tables,
                                  uint32_t index) {
  const auto pointer = abi::SpuPointer::unpack(tables.pointer[index]);
  if (pointer_at_fault(preset, unit.io, pointer)) {
    return Fault{abi::SpuRegion::POINTER, index};
  }
  for (uint32_t e = pointer.base; e < pointer.base + pointer.count; ++e) {
    if (fanout_at_fault(preset, unit, fanout_at(tables.fanout[e / 2], e))) {
      return Fault{abi::SpuRegion::FANOUT, e / 2};
    }
  }
  return std::nullopt;
}

std::optional<Fault> scan_unit(const abi::SpuPreset& preset, const Unit& unit, const Tables& tables) {
  if (config_at_fault(preset, unit.io, tables.config)) {
    return Fault{abi::SpuRegion::CONFIG, 0};
  }
  const UnitSize size = unit_size(preset, unit.io, tables.config);
  std::optional<Fault> lowest;
  for (uint32_t i = 0; !unit.io && i < size.axons; ++i) {
    if (const auto fault = scan_axon(preset, tables, size.neurons, i)) {
      take_lower(lowest, *fault);
    }
  }
  for (uint32_t n = 0; !unit.io && n < size.neurons; ++n) {
    if (neuron_at_fault(tables.neuron[4 * size_t{n}])) {
      take_lower(lowest, {abi::SpuRegion::NEURON, 4 * n});
    }
  }
  // Many long ranges may overlap: what lies in the longest that was found good is not looked at again.
  abi::SpuPointer good;
  for (uint32_t n = 0; n < size.neurons; ++n) {
    const auto pointer = abi::SpuPointer::unpack(tables.pointer[n]);
    if (good.base <= pointer.base && pointer.base + pointer.count <= good.base + good.count) {
      continue;
    }
    if (const auto fault = scan_pointer(preset, unit, tables, n)) {
      take_lower(lowest, *fault);
    } else if (pointer.count > good.count) {
      good = pointer;
    }
  }
  return lowest;
}

}  // namespace photic::kernels::spu
