// SPDX-License-Identifier: Apache-2.0
// Empty tables.
#include "sim/lockstep/spu/program.h"

namespace photic::lockstep {

UnitProgram::UnitProgram(const abi::SpuPreset& preset, bool io) {
  for (size_t region = 0; region < kTables; ++region) {
    const uint32_t words = preset.region_words(static_cast<abi::SpuRegion>(region), io);
    tables_[region].resize(words);
    windows_[region] = {0, words};
  }
}

kernels::spu::Tables UnitProgram::tables() const {
  return {.config = tables_[0][0],
          .axon = table(abi::SpuRegion::AXON),
          .synapse = table(abi::SpuRegion::SYNAPSE),
          .walk = table(abi::SpuRegion::WALK),
          .neuron = table(abi::SpuRegion::NEURON),
          .pointer = table(abi::SpuRegion::POINTER),
          .fanout = table(abi::SpuRegion::FANOUT)};
}

Program::Program(const abi::SpuPreset& size) : preset(size) {
  for (uint32_t number = 0; number <= preset.cores(); ++number) {
    units.emplace_back(preset, number == preset.cores());
  }
}

}  // namespace photic::lockstep
