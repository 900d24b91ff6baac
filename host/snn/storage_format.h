// SPDX-License-Identifier: Apache-2.0
// How a set of weights is stored: width, code and power of two, the smallest that holds each weight exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "drivers/abi/spiking.h"

namespace photic::host::snn {

/// A weight is decode(stored bits) x 2^(exponent + (align ? 8 - bits : 0)).
struct StorageFormat {
  abi::SpuWeightBits bits = abi::SpuWeightBits::W1;
  abi::SpuWeightCode code = abi::SpuWeightCode::SIGNED;
  bool align = false;
  int32_t exponent = 0;

  uint32_t width() const { return 1u << static_cast<uint32_t>(bits); }
  /// Powers of two between the stored number and the weight.
  int32_t shift() const { return exponent + (align ? 8 - static_cast<int32_t>(width()) : 0); }
  /// Words of a row of `count` weights.
  size_t row_words(size_t count) const { return (count * width() + 63) / 64; }
  /// The bits that stand for `weight`; nothing if none do.
  std::optional<uint32_t> encode(int32_t weight) const;

  bool operator==(const StorageFormat&) const = default;
};

/// Narrowest format that holds every weight; of equals the one with the code named first in the
/// specification. Nothing if there is none: the weights span more than 8 bits over their common power of two,
/// or lie beyond what the exponent reaches.
std::optional<StorageFormat> smallest_format(std::span<const int32_t> weights);

/// Weights of a DENSE or WALK row, first weight in the lowest bits. Every weight must have an encoding.
std::vector<uint64_t> pack_row(const StorageFormat& format, std::span<const int32_t> weights);

}  // namespace photic::host::snn
