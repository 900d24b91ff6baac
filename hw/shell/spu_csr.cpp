// SPDX-License-Identifier: Apache-2.0
// The SPU block.
#include "hw/shell/spu_csr.h"

namespace photic::hw {

SpuCsr::SpuCsr(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset)
    : Csr(name, clock, abi::DeviceKind::SPU, preset.index), spu_seed(clock, "spu_seed", abi::SPU_SEED_RESET) {
  constant(abi::SPU_MESH, abi::SPU_MESH_COLS.set(preset.mesh_cols) |
                              abi::SPU_MESH_ROWS.set(preset.mesh_rows) |
                              abi::SPU_MESH_LANES.set(preset.lanes) | abi::SPU_MESH_SLOTS.set(preset.slots));
  constant(abi::SPU_CORE, abi::SPU_CORE_NEURONS.set(preset.neurons) | abi::SPU_CORE_AXONS.set(preset.axons));
  constant(abi::SPU_MEMORY,
           abi::SPU_MEMORY_SYNAPSE_WORDS.set(preset.synapse_words) | abi::SPU_MEMORY_WALKS.set(preset.walks));
  constant(abi::SPU_FANOUT, abi::SPU_FANOUT_WORDS.set(preset.fanout_words) |
                                abi::SPU_FANOUT_IO_WORDS.set(preset.io_fanout_words));
  constant(abi::SPU_IO, abi::SPU_IO_INPUTS.set(preset.inputs) | abi::SPU_IO_OUTPUTS.set(preset.outputs));
  storage(abi::SPU_SEED, spu_seed, abi::SPU_SEED_VALUE.mask());
}

}  // namespace photic::hw
