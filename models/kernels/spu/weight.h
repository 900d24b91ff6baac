// SPDX-License-Identifier: Apache-2.0
// Stored weights: where their bits lie, what they stand for, what a packet times a weight adds.
#pragma once

#include <cstdint>
#include <span>

#include "drivers/abi/spiking.h"
#include "models/kernels/spu/value.h"

namespace photic::kernels::spu {

/// Every code is of one form: the stored bits c stand for (c xor flip) scale + offset.
struct WeightFormat {
  uint32_t bits = 8;
  uint32_t flip = 0;
  int32_t scale = 1;
  int32_t offset = 0;
  friend bool operator==(const WeightFormat&, const WeightFormat&) = default;

  /// The weight c stands for, with `align` applied: -255 to 255. c has `bits` bits.
  constexpr int32_t weight(uint32_t c) const { return static_cast<int32_t>(c ^ flip) * scale + offset; }
};

/// Width of a stored weight in bits: 1, 2, 4 or 8.
constexpr uint32_t weight_bits(abi::SpuWeightBits bits) {
  return 1u << static_cast<unsigned>(bits);
}

/// The format of a DENSE, SPARSE or WALK axon's weights. (Those of POOL are 1.)
constexpr WeightFormat weight_format(abi::SpuWeightBits bits, abi::SpuWeightCode code, bool align) {
  const uint32_t width = weight_bits(bits);
  const int32_t unit = align ? 1 << (8 - width) : 1;
  const int32_t sign = 1 << (width - 1);
  switch (code) {
    case abi::SpuWeightCode::SIGNED:
      return {width, static_cast<uint32_t>(sign), unit, -sign * unit};
    case abi::SpuWeightCode::UNSIGNED:
      return {width, 0, unit, 0};
    case abi::SpuWeightCode::NEGATIVE:
      return {width, 0, -unit, 0};
    case abi::SpuWeightCode::BIPOLAR:
      return {width, 0, 2 * unit, (1 - 2 * sign) * unit};
  }
  return {};
}

constexpr WeightFormat weight_format(const abi::SpuAxon& axon) {
  return weight_format(axon.bits, axon.code, axon.align);
}

/// Stored bits of weight `index` of a dense row whose words are `row`.
constexpr uint32_t stored_weight(std::span<const uint64_t> row, uint32_t index, uint32_t bits) {
  const uint32_t bit = index * bits;
  return static_cast<uint32_t>(row[bit / 64] >> (bit % 64)) & ((1u << bits) - 1);
}

/// sat24((payload weight) 2^exponent): what is added to an accumulator. `exponent` is -8 to 7.
constexpr Clipped contribution(int32_t payload, int32_t weight, int32_t exponent) {
  const int32_t product = payload * weight;
  return exponent < 0 ? Clipped{product >> -exponent, false} : sat24(int64_t{product} * (1 << exponent));
}

}  // namespace photic::kernels::spu
