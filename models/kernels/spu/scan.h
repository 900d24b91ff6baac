// SPDX-License-Identifier: Apache-2.0
// The scan of a program: which word of which table is at fault. docs/reference/spu-device.md 2.3.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"

namespace photic::kernels::spu {

/// A core of the mesh or, with number preset.cores(), the input/output unit.
struct Unit {
  uint32_t number = 0;
  bool io = false;
  int32_t x = 0;  ///< Column; fan-out distances of the input/output unit count from (0, 0).
  int32_t y = 0;  ///< Row.
};
Unit unit_at(const abi::SpuPreset& preset, uint32_t number);

/// What of a unit is in use: CONFIG's numbers, both 0 if one of them exceeds the geometry.
struct UnitSize {
  uint32_t neurons = 0;  ///< Sources in the input/output unit.
  uint32_t axons = 0;    ///< Outputs in the input/output unit.
};
UnitSize unit_size(const abi::SpuPreset& preset, bool io, uint64_t config);

/// Whether CONFIG exceeds the geometry.
bool config_at_fault(const abi::SpuPreset& preset, bool io, uint64_t config);

/// Whether NEURON word 4 n is at fault.
bool neuron_at_fault(uint64_t word0);

/// Whether a POINTER word leads outside the FANOUT region of the unit.
bool pointer_at_fault(const abi::SpuPreset& preset, bool io, const abi::SpuPointer& pointer);

/// Entry `index` of a unit, from the FANOUT word index / 2.
constexpr abi::SpuFanout fanout_at(uint64_t word, uint32_t index) {
  return abi::SpuFanout::unpack_half(static_cast<uint32_t>(word >> (32 * (index % 2))));
}

/// Whether a fan-out entry of `unit` leads to no axon or output.
bool fanout_at_fault(const abi::SpuPreset& preset, const Unit& unit, const abi::SpuFanout& entry);

/// The unit an entry that is not at fault leads to.
uint32_t fanout_target(const abi::SpuPreset& preset, const Unit& unit, const abi::SpuFanout& entry);

/// A place in a unit; the lower one is reported.
struct Fault {
  abi::SpuRegion region{};
  uint32_t word = 0;
  friend auto operator<=>(const Fault&, const Fault&) = default;
};

/// Keeps the lower of two places.
constexpr void take_lower(std::optional<Fault>& kept, const Fault& fault) {
  if (!kept || fault < *kept) {
    kept = fault;
  }
}

/// What INVALID_PROGRAM and LINK_ERROR report in `detail`.
constexpr uint64_t place_of(uint32_t unit, const Fault& fault) {
  return abi::SpuPlace{.word = fault.word, .region = fault.region, .core = unit}.pack();
}

/// The program memories of a unit, each of the length the preset gives it; those the input/output unit has
/// not are empty.
struct Tables {
  uint64_t config = 0;
  std::span<const uint64_t> axon;
  std::span<const uint64_t> synapse;
  std::span<const uint64_t> walk;
  std::span<const uint64_t> neuron;
  std::span<const uint64_t> pointer;
  std::span<const uint64_t> fanout;
};

/// The lowest fault that AXON word `index` and its synapses have: in AXON or in SYNAPSE.
std::optional<Fault> scan_axon(const abi::SpuPreset& preset, const Tables& tables, uint32_t neurons,
                               uint32_t index);

/// The lowest fault that POINTER word `index` and the entries it covers have: in POINTER or in FANOUT.
std::optional<Fault> scan_pointer(const abi::SpuPreset& preset, const Unit& unit, const Tables& tables,
                                  uint32_t index);

/// The lowest fault of a unit; nothing if its program may run.
std::optional<Fault> scan_unit(const abi::SpuPreset& preset, const Unit& unit, const Tables& tables);

}  // namespace photic::kernels::spu
