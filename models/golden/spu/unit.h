// SPDX-License-Identifier: Apache-2.0
// Memories and counters of a core or of the input/output unit, and its tables decoded.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"
#include "models/kernels/spu/axon.h"
#include "models/kernels/spu/neuron_block.h"
#include "models/kernels/spu/scan.h"
#include "models/kernels/spu/simd/kernels.h"

namespace photic::golden {

/// An axon that is not at fault, decoded into a line of cache.
struct alignas(64) AxonPlan {
  kernels::spu::Addend spike;  ///< For a payload of 1.
  kernels::spu::WeightFormat weights;
  uint32_t word = 0;  ///< The first row, as kernels::spu::Row has it.
  uint16_t target = 0;
  uint16_t count = 0;
  uint16_t words = 0;
  uint16_t rows = 0;
  uint8_t delay = 0;
  int8_t exponent = 0;
  abi::SpuSynapseFormat format{};

  kernels::spu::Row first_row() const {
    return {.target = target, .word = word, .count = count, .words = words};
  }
};
static_assert(sizeof(AxonPlan) == 64);

/// A fan-out entry that is not at fault, decoded.
struct Route {
  uint16_t unit = 0;  ///< Where it leads.
  uint16_t axon = 0;
  bool poison = false;
  uint16_t row_first = 0;  ///< Places in SpuMesh's hop counts: along the row from ...
  uint16_t row_last = 0;   ///< ... to before.
  uint16_t column_first = 0;
  uint16_t column_last = 0;
};

/// How many packets ahead of one the plan of another is fetched; `routes` is longer by as many.
inline constexpr uint32_t kRoutesAhead = 12;

/// A neuron's or source's entries among the routes.
struct Fan {
  uint32_t base = 0;
  uint32_t count = 0;
  uint32_t words = 0;  ///< FANOUT words that hold them.
};

/// One unit. Memories have the length the geometry gives them (plus what the inner loops overrun).
struct SpuUnit {
  SpuUnit(const abi::SpuPreset& preset, uint32_t number);

  /// A word as READ gives it; HOPS must have been brought up to date.
  uint64_t read(abi::SpuRegion region, uint32_t word) const;
  /// What WRITE does with a word.
  void write(abi::SpuRegion region, uint32_t word, uint64_t value);

  /// State and accumulators of the neurons in use become 0; nothing in the input/output unit.
  void clear_neurons();
  /// Outputs in use become 0; nothing in a core.
  void clear_outputs();

  uint64_t& counter(abi::SpuCounter which) { return counters[static_cast<size_t>(which)]; }
  int32_t* slot(uint32_t index) { return accumulators.data() + size_t{index} * preset.neurons; }
  kernels::spu::Tables tables() const;

  const abi::SpuPreset& preset;
  const kernels::spu::Unit place;
  kernels::spu::UnitSize size;

  uint64_t config = 0;
  std::vector<uint64_t> axon;
  std::vector<uint64_t> synapse;
  std::vector<uint64_t> walk;
  std::vector<uint64_t> neuron;
  std::vector<uint64_t> pointer;
  std::vector<uint64_t> fanout;
  std::vector<kernels::spu::NeuronBlock> blocks;
  std::vector<int32_t> accumulators;  ///< Slots x neurons; outputs in the input/output unit.
  std::array<uint64_t, abi::kSpuCounters> counters{};

  // What the scan made of the tables.
  bool scanned = false;
  std::optional<kernels::spu::Fault> fault;
  bool stochastic = false;
  std::vector<AxonPlan> plans;
  std::vector<Route> routes;
  std::vector<Fan> fans;
};

}  // namespace photic::golden
