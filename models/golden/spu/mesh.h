// SPDX-License-Identifier: Apache-2.0
// All units of a device, and what happens to packets between them. docs/reference/spu-device.md 2.4.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/golden/spu/unit.h"

namespace photic::golden {

class SpuMesh {
 public:
  explicit SpuMesh(const abi::SpuPreset& preset);

  const abi::SpuPreset& preset() const { return preset_; }
  /// Cores, then the input/output unit.
  std::span<SpuUnit> units() { return units_; }
  std::span<SpuUnit> cores() { return std::span(units_).first(preset_.cores()); }
  SpuUnit& io() { return units_.back(); }

  /// Scans a unit whose tables have changed and decodes them. Returns its lowest fault.
  std::optional<kernels::spu::Fault> scan(SpuUnit& unit);

  /// What a reset does: CONFIG and counters become 0, memories stay.
  void reset();
  void clear_neurons();
  void clear_counters();

  /// Brings the HOPS counters up to date, which are kept by ways and not by routers.
  void settle_hops();

  /// Updates all neurons of a core; their packets are appended to `emissions`.
  void sweep(SpuUnit& core, uint32_t step, uint32_t seed);

  /// Counts that a neuron or source of `from` sends to its whole fan-out.
  const Fan& begin_fan(SpuUnit& from, uint32_t source);
  /// Fetches what a packet will need that is sent along a route soon.
  void expect(const Route& route) const;
  /// Sends one packet along a route of `from` and delivers it. Returns a measure of the work.
  uint32_t send(const Route& route, int32_t payload, uint32_t base_step);

  /// Packets of the last sweeps: those of core c are [ends[c - 1], ends[c]).
  struct Emitted {
    std::vector<kernels::spu::Emission> packets;
    std::vector<uint32_t> ends;
  };
  const Emitted& emitted() const { return emitted_; }
  void forget_emitted() { emitted_count_ = 0; }

  /// Since the last `forget`: the place of the first packet with wrong parity, and whether a value was
  /// clipped in some core.
  std::optional<uint64_t> link_fault() const { return link_fault_; }
  bool saturated() const { return saturated_; }
  void forget();

 private:
  void decode(SpuUnit& unit);
  Route route_of(const SpuUnit& from, const abi::SpuFanout& entry) const;
  void take_link_fault(uint32_t unit, uint32_t axon);
  uint32_t deliver_to_output(SpuUnit& io, const Route& route, int32_t payload);
  uint32_t deliver_to_core(SpuUnit& core, const Route& route, int32_t payload, uint32_t base_step);
  uint32_t add_ones(SpuUnit& core, const kernels::spu::Clipped& one, const kernels::spu::Row& row,
                    int32_t* slot);
  uint32_t add_synapses(SpuUnit& core, const AxonPlan& plan, int32_t payload, uint32_t base_step);
  uint32_t add_row(SpuUnit& core, const AxonPlan& plan, const kernels::spu::Addend& addend,
                   const kernels::spu::Row& row, int32_t* slot);
  void count_saturations(SpuUnit& core, uint32_t count);

  const abi::SpuPreset preset_;
  const kernels::spu::Kernels& loops_;
  std::vector<SpuUnit> units_;
  std::vector<uint8_t> unpacked_;
  std::vector<uint32_t> signature_words_;
  Emitted emitted_;
  uint32_t emitted_count_ = 0;
  std::optional<uint64_t> link_fault_;
  bool saturated_ = false;
  // Hops as differences: a way adds 1 at its first router and takes it away behind its last.
  std::vector<uint64_t> row_hops_;     // rows of COLS + 1
  std::vector<uint64_t> column_hops_;  // columns of ROWS + 1
};

}  // namespace photic::golden
