// SPDX-License-Identifier: Apache-2.0
// BAR0 as storage: reset values, access rules and 64-bit counters, all from the generated register table.
#pragma once

#include <array>
#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"

namespace photic::golden {

/// Registers of a device of one kind and geometry.
class RegisterFile {
 public:
  RegisterFile(abi::DeviceKind kind, const abi::Preset& preset);

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
  abi::DeviceKind kind_;
  abi::Preset preset_;
  std::array<uint32_t, kWords> values_{};
  std::array<uint32_t, kWords> writable_{};
  std::array<uint32_t, kWords> clearable_{};
};

}  // namespace photic::golden
