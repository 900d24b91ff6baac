// SPDX-License-Identifier: Apache-2.0
// A program as the host has it: the words of every table of every unit, and which of them are in use.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"
#include "models/kernels/spu/scan.h"

namespace photic::lockstep {

/// Consecutive words of a region that are loaded and looked at.
struct Window {
  uint32_t first = 0;
  uint32_t words = 0;
};

/// Tables of a core or of the input/output unit, each of the length the geometry gives it.
class UnitProgram {
 public:
  UnitProgram(const abi::SpuPreset& preset, bool io);

  /// The words of a table: CONFIG to FANOUT. Empty where the unit has no such region.
  std::vector<uint64_t>& table(abi::SpuRegion region) { return tables_[static_cast<size_t>(region)]; }
  const std::vector<uint64_t>& table(abi::SpuRegion region) const {
    return tables_[static_cast<size_t>(region)];
  }
  Window& window(abi::SpuRegion region) { return windows_[static_cast<size_t>(region)]; }
  const Window& window(abi::SpuRegion region) const { return windows_[static_cast<size_t>(region)]; }

  abi::SpuConfig config() const { return abi::SpuConfig::unpack(tables_[0][0]); }
  void set_config(const abi::SpuConfig& config) { tables_[0][0] = config.pack(); }
  kernels::spu::Tables tables() const;

 private:
  static constexpr size_t kTables = static_cast<size_t>(abi::SpuRegion::FANOUT) + 1;
  std::array<std::vector<uint64_t>, kTables> tables_;
  std::array<Window, kTables> windows_{};
};

struct Program {
  explicit Program(const abi::SpuPreset& preset);

  const abi::SpuPreset& preset;
  std::vector<UnitProgram> units;  ///< Cores, then the input/output unit.

  UnitProgram& io() { return units.back(); }
  const UnitProgram& io() const { return units.back(); }
};

}  // namespace photic::lockstep
