// SPDX-License-Identifier: Apache-2.0
// What an axon leads to: its rows one by one, and which of them lead nowhere.
// docs/reference/spu-device.md 2.3.
#pragma once

#include <cstdint>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"
#include "models/kernels/spu/weight.h"

namespace photic::kernels::spu {

/// Consecutive synapses of an axon. SPARSE axons have one row; its targets stand in its words.
struct Row {
  uint32_t target = 0;  ///< First target neuron; 0 for SPARSE.
  int64_t word = 0;     ///< First word in SYNAPSE; negative rows are bad.
  uint32_t count = 0;   ///< Synapses.
  uint32_t words = 0;   ///< Words of SYNAPSE that are read; 0 for POOL.
  friend bool operator==(const Row&, const Row&) = default;
};

/// Whether an axon has the rows of a walk (WALK, POOL).
constexpr bool is_walk(const abi::SpuAxon& axon) {
  return axon.format == abi::SpuSynapseFormat::WALK || axon.format == abi::SpuSynapseFormat::POOL;
}

/// Rows and columns of a walk: extent 10:7 and 6:3.
constexpr uint32_t walk_rows(const abi::SpuAxon& axon) {
  return axon.extent >> 7;
}
constexpr uint32_t walk_columns(const abi::SpuAxon& axon) {
  return (axon.extent >> 3) & 0xF;
}

/// How many rows an axon has. DENSE and SPARSE of extent 0 have none.
constexpr uint32_t row_count(const abi::SpuAxon& axon) {
  return is_walk(axon) ? walk_rows(axon) * walk_columns(axon) : axon.extent != 0 ? 1 : 0;
}

/// Row `index` < row_count(axon), in the order they are delivered. `walk` is the word the axon names; only
/// axons with is_walk look at it.
Row row_at(const abi::SpuAxon& axon, const abi::SpuWalk& walk, uint32_t index);

/// Whether an axon is at fault other than by its rows.
bool axon_at_fault(const abi::SpuAxon& axon, const abi::SpuPreset& preset);

/// Whether a row leads outside a memory or crosses a group of lanes. `neurons` is CONFIG's.
bool row_is_bad(const abi::SpuAxon& axon, const Row& row, const abi::SpuPreset& preset, uint32_t neurons);

/// Synapse `index` of a SPARSE row, from the word that holds it.
constexpr abi::SpuSynapse synapse_at(uint64_t word, uint32_t index) {
  return abi::SpuSynapse::unpack_half(static_cast<uint32_t>(word >> (32 * (index % 2))));
}

/// Whether a synapse of a SPARSE axon leads nowhere.
constexpr bool synapse_at_fault(const abi::SpuAxon& axon, const abi::SpuSynapse& synapse,
                                const abi::SpuPreset& preset, uint32_t neurons) {
  return synapse.target >= neurons || synapse.delay + axon.delay >= preset.slots;
}

/// The accumulator slot of a delivery. Steps are counted modulo 2^32.
constexpr uint32_t slot_of(uint32_t base_step, uint32_t delay, const abi::SpuPreset& preset) {
  return (base_step + delay) % preset.slots;
}

}  // namespace photic::kernels::spu
