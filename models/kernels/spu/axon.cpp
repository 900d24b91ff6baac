// SPDX-License-Identifier: Apache-2.0
// Rows of axons.
#include "models/kernels/spu/axon.h"

namespace photic::kernels::spu {

Row row_at(const abi::SpuAxon& axon, const abi::SpuWalk& walk, uint32_t index) {
  Row row;
  if (!is_walk(axon)) {
    row.count = axon.extent;
    row.word = axon.base;
    const bool sparse = axon.format == abi::SpuSynapseFormat::SPARSE;
    row.target = sparse ? 0 : axon.target;
    row.words = sparse ? (row.count + 1) / 2 : (row.count * weight_bits(axon.bits) + 63) / 64;
    return row;
  }
  const uint32_t i = index / walk_columns(axon);
  const uint32_t j = index % walk_columns(axon);
  row.count = walk.count;
  row.target = axon.target + i * walk.target_y + j * walk.target_x;
  if (axon.format == abi::SpuSynapseFormat::WALK) {
    row.word = int64_t{axon.base} - int64_t{i} * walk.kernel_y - int64_t{j} * walk.kernel_x;
    row.words = (row.count * weight_bits(axon.bits) + 63) / 64;
  }
  return row;
}

bool axon_at_fault(const abi::SpuAxon& axon, const abi::SpuPreset& preset) {
  if (axon.plastic || axon.delay >= preset.slots) {
    return true;
  }
  switch (axon.format) {
    case abi::SpuSynapseFormat::DENSE:
      return axon.walk != 0;
    case abi::SpuSynapseFormat::SPARSE:
      return axon.walk != 0 || axon.target != 0;
    case abi::SpuSynapseFormat::WALK:
    case abi::SpuSynapseFormat::POOL:
      break;
  }
  return row_count(axon) == 0 || axon.extent % 8 != 0 || axon.walk >= preset.walks ||
         (axon.format == abi::SpuSynapseFormat::POOL && axon.base != 0);
}

bool row_is_bad(const abi::SpuAxon& axon, const Row& row, const abi::SpuPreset& preset, uint32_t neurons) {
  const bool outside = row.word < 0 || row.word + row.words > preset.synapse_words;
  if (axon.format == abi::SpuSynapseFormat::SPARSE) {
    return outside;
  }
  const uint32_t lane = row.target % preset.lanes;
  return row.count == 0 || row.target + row.count > neurons ||
         (lane != 0 && lane + row.count > preset.lanes) ||
         (axon.format != abi::SpuSynapseFormat::POOL && outside);
}

}  // namespace photic::kernels::spu
