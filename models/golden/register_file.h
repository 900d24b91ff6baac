// SPDX-License-Identifier: Apache-2.0
// BAR0 as storage: reset values, access rules and 64-bit counters, all from the generated register table.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"

namespace photic::golden {

/// What a device is: its kind, and the registers that tell its geometry.
struct Identity {
  struct Fixed {
    uint32_t offset = 0;
    abi::Field field{};
    uint32_t value = 0;
  };
  abi::DeviceKind kind{};
  std::vector<Fixed> geometry;
};
Identity identity_of(const abi::Preset& preset);
Identity identity_of(const abi::SpuPreset& preset);

/// Registers of a device of one kind and geometry. Blocks of other kinds are gaps.
class RegisterFile {
 public:
  explicit RegisterFile(Identity identity);

  void reset();

  /// What software reads: 0 in gaps.
  uint32_t read(uint32_t offset) const { return values_[offset / 4]; }

  /// What a write by software does to stored bits: read/write bits take the value, write-one-to-clear bits
  /// clear. Gaps drop it.
  void write(uint32_t offset, uint32_t value);

  /// A field's stored value, and the device's own change of it.
  uint32_t field(uint32_t offset, abi::Field field) const { return field.get(values_[offset / 4]); }
  void set_field(uint32_t offset, abi::Field field, uint32_t value);

  /// A wide register as one number.
  uint64_t wide(uint32_t offset) const;
  void set_wide(uint32_t offset, uint64_t value);
  void count(uint32_t offset, uint64_t increment) { set_wide(offset, wide(offset) + increment); }

 private:
  static constexpr size_t kWords = abi::kBarSize / 4;
  const Identity identity_;
  std::array<uint32_t, kWords> values_{};
  std::array<uint32_t, kWords> writable_{};
  std::array<uint32_t, kWords> clearable_{};
};

}  // namespace photic::golden
