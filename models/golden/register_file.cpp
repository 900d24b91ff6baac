// SPDX-License-Identifier: Apache-2.0
// Register storage.
#include "models/golden/register_file.h"

namespace photic::golden {

RegisterFile::RegisterFile(abi::DeviceKind kind, const abi::Preset& preset) : kind_(kind), preset_(preset) {
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    writable_[info.offset / 4] = info.writable_mask;
    clearable_[info.offset / 4] = info.w1c_mask;
  }
  reset();
}

void RegisterFile::reset() {
  values_.fill(0);
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    values_[info.offset / 4] = info.reset;
  }
  set_field(abi::SHELL_KIND, abi::SHELL_KIND_VALUE, static_cast<uint32_t>(kind_));
  set_field(abi::SHELL_GEOMETRY, abi::SHELL_GEOMETRY_PRESET, preset_.index);
  set_field(abi::OPU_MIRRORS, abi::OPU_MIRRORS_ROWS, preset_.mirror_rows);
  set_field(abi::OPU_MIRRORS, abi::OPU_MIRRORS_COLS, preset_.mirror_cols);
  set_field(abi::OPU_PIXELS, abi::OPU_PIXELS_ROWS, preset_.pixel_rows);
  set_field(abi::OPU_PIXELS, abi::OPU_PIXELS_COLS, preset_.pixel_cols);
}

void RegisterFile::write(uint32_t offset, uint32_t value) {
  const size_t word = offset / 4;
  values_[word] =
      (values_[word] & ~writable_[word] & ~(value & clearable_[word])) | (value & writable_[word]);
}

void RegisterFile::set_field(uint32_t offset, abi::Field field, uint32_t value) {
  uint32_t& word = values_[offset / 4];
  word = (word & ~field.mask()) | field.set(value);
}

uint64_t RegisterFile::wide(uint32_t offset) const {
  return values_[offset / 4] | (uint64_t{values_[offset / 4 + 1]} << 32);
}

void RegisterFile::set_wide(uint32_t offset, uint64_t value) {
  values_[offset / 4] = static_cast<uint32_t>(value);
  values_[offset / 4 + 1] = static_cast<uint32_t>(value >> 32);
}

}  // namespace photic::golden
