// SPDX-License-Identifier: Apache-2.0
// The memories of a core or of the input/output unit, as its engines and the memory bus see them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"
#include "models/kernels/spu/neuron.h"
#include "models/kernels/spu/scan.h"

namespace photic::hw {

/// All regions of one unit, its counters and its fault (docs/reference/spu-device.md 1, 2.2, 5.5).
class UnitMemory {
 public:
  /// `number`: core, or the number of cores for the input/output unit. `preset` must outlive it.
  UnitMemory(const abi::SpuPreset& preset, uint32_t number);

  /// A word as SPU_READ gives it. `word` must be in the region.
  uint64_t read(abi::SpuRegion region, uint32_t word) const;
  /// Keeps what the region keeps of `data`.
  void write(abi::SpuRegion region, uint32_t word, uint64_t data);
  /// CONFIG and counters return to 0; the rest survives.
  void reset();

  /// Adds to a counter.
  void count(abi::SpuCounter counter, uint64_t n = 1) { counters[static_cast<size_t>(counter)] += n; }
  /// Counts values that were clipped.
  void count_saturations(uint64_t n) {
    count(abi::SpuCounter::SATURATIONS, n);
    saturated = saturated || n != 0;
  }
  /// Takes a fault; of two the lower place stays.
  void take(abi::Status why, const kernels::spu::Fault& where);
  /// A flit for `axon` came with wrong parity.
  void take_link_error(uint32_t axon);
  /// Forgets fault and saturation.
  void forget();

  /// CONFIG's numbers, 0 if one of them exceeds the geometry.
  const kernels::spu::UnitSize& size() const { return size_; }
  const kernels::spu::Unit& unit() const { return unit_; }
  const abi::SpuPreset& preset() const { return preset_; }
  kernels::spu::Tables tables() const;

  uint64_t config = 0;
  std::vector<uint64_t> axon;
  std::vector<uint64_t> synapse;
  std::vector<uint64_t> walk;
  std::vector<uint64_t> neuron;
  std::vector<uint64_t> pointer;
  std::vector<uint64_t> fanout;
  std::vector<kernels::spu::NeuronState> state;
  std::vector<int32_t> accumulators;  ///< Slot x neurons + n; outputs in the input/output unit.
  std::array<uint64_t, abi::kSpuCounters> counters{};
  std::optional<kernels::spu::Fault> fault;
  abi::Status fault_status = abi::Status::OK;
  bool saturated = false;  ///< A SATURATIONS counter moved since `forget`.

 private:
  const abi::SpuPreset& preset_;
  kernels::spu::Unit unit_;
  kernels::spu::UnitSize size_;
};

}  // namespace photic::hw
