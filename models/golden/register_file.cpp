// SPDX-License-Identifier: Apache-2.0
// Register storage.
#include "models/golden/register_file.h"

#include <utility>

namespace photic::golden {

namespace {

bool is_in(uint32_t offset, uint32_t base, uint32_t size) {
  return offset >= base && offset < base + size;
}

bool belongs_to(abi::DeviceKind kind, uint32_t offset) {
  return !(kind != abi::DeviceKind::OPU && is_in(offset, abi::OPU_BASE, abi::OPU_SIZE)) &&
         !(kind != abi::DeviceKind::SPU && is_in(offset, abi::SPU_BASE, abi::SPU_SIZE));
}

}  // namespace

Identity identity_of(const abi::Preset& preset) {
  return {abi::DeviceKind::OPU,
          {{abi::SHELL_GEOMETRY, abi::SHELL_GEOMETRY_PRESET, preset.index},
           {abi::OPU_MIRRORS, abi::OPU_MIRRORS_ROWS, preset.mirror_rows},
           {abi::OPU_MIRRORS, abi::OPU_MIRRORS_COLS, preset.mirror_cols},
           {abi::OPU_PIXELS, abi::OPU_PIXELS_ROWS, preset.pixel_rows},
           {abi::OPU_PIXELS, abi::OPU_PIXELS_COLS, preset.pixel_cols}}};
}

Identity identity_of(const abi::SpuPreset& preset) {
  return {abi::DeviceKind::SPU,
          {{abi::SHELL_GEOMETRY, abi::SHELL_GEOMETRY_PRESET, preset.index},
           {abi::SPU_MESH, abi::SPU_MESH_COLS, preset.mesh_cols},
           {abi::SPU_MESH, abi::SPU_MESH_ROWS, preset.mesh_rows},
           {abi::SPU_MESH, abi::SPU_MESH_LANES, preset.lanes},
           {abi::SPU_MESH, abi::SPU_MESH_SLOTS, preset.slots},
           {abi::SPU_CORE, abi::SPU_CORE_NEURONS, preset.neurons},
           {abi::SPU_CORE, abi::SPU_CORE_AXONS, preset.axons},
           {abi::SPU_MEMORY, abi::SPU_MEMORY_SYNAPSE_WORDS, preset.synapse_words},
           {abi::SPU_MEMORY, abi::SPU_MEMORY_WALKS, preset.walks},
           {abi::SPU_FANOUT, abi::SPU_FANOUT_WORDS, preset.fanout_words},
           {abi::SPU_FANOUT, abi::SPU_FANOUT_IO_WORDS, preset.io_fanout_words},
           {abi::SPU_IO, abi::SPU_IO_INPUTS, preset.inputs},
           {abi::SPU_IO, abi::SPU_IO_OUTPUTS, preset.outputs}}};
}

RegisterFile::RegisterFile(Identity identity) : identity_(std::move(identity)) {
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    if (belongs_to(identity_.kind, info.offset)) {
      writable_[info.offset / 4] = info.writable_mask;
      clearable_[info.offset / 4] = info.w1c_mask;
    }
  }
  reset();
}

void RegisterFile::reset() {
  values_.fill(0);
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    if (belongs_to(identity_.kind, info.offset)) {
      values_[info.offset / 4] = info.reset;
    }
  }
  set_field(abi::SHELL_KIND, abi::SHELL_KIND_VALUE, static_cast<uint32_t>(identity_.kind));
  for (const Identity::Fixed& fixed : identity_.geometry) {
    set_field(fixed.offset, fixed.field, fixed.value);
  }
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
