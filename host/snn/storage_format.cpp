// SPDX-License-Identifier: Apache-2.0
// Formats are tried from the narrowest on.
#include "host/snn/storage_format.h"

#include <array>
#include <bit>

namespace photic::host::snn {
namespace {

using abi::SpuWeightBits;
using abi::SpuWeightCode;

constexpr std::array kWidths{SpuWeightBits::W1, SpuWeightBits::W2, SpuWeightBits::W4, SpuWeightBits::W8};
constexpr std::array kCodes{SpuWeightCode::SIGNED, SpuWeightCode::UNSIGNED, SpuWeightCode::NEGATIVE,
                            SpuWeightCode::BIPOLAR};
constexpr int32_t kLargestExponent = (1 << (abi::SpuAxon::kExponent.width - 1)) - 1;

/// The format's exponent and alignment for a power of two; nothing beyond what both reach.
bool set_shift(StorageFormat& format, int32_t shift) {
  format.align = shift > kLargestExponent;
  format.exponent = format.align ? shift - (8 - static_cast<int32_t>(format.width())) : shift;
  return shift >= 0 && format.exponent <= kLargestExponent;
}

bool holds(const StorageFormat& format, std::span<const int32_t> weights) {
  for (const int32_t weight : weights) {
    if (!format.encode(weight)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<uint32_t> StorageFormat::encode(int32_t weight) const {
  const int64_t unit = int64_t{1} << shift();
  if (weight % unit != 0) {
    return std::nullopt;
  }
  const int64_t value = weight / unit;
  const int64_t codes = int64_t{1} << width();
  int64_t stored = 0;
  switch (code) {
    case SpuWeightCode::SIGNED:
      if (value < -codes / 2 || value >= codes / 2) {
        return std::nullopt;
      }
      return static_cast<uint32_t>(value & (codes - 1));
    case SpuWeightCode::UNSIGNED:
      stored = value;
      break;
    case SpuWeightCode::NEGATIVE:
      stored = -value;
      break;
    case SpuWeightCode::BIPOLAR:
      if ((value + codes - 1) % 2 != 0) {
        return std::nullopt;
      }
      stored = (value + codes - 1) / 2;
      break;
  }
  return stored < 0 || stored >= codes ? std::nullopt : std::optional(static_cast<uint32_t>(stored));
}

std::optional<StorageFormat> smallest_format(std::span<const int32_t> weights) {
  uint32_t all = 0;
  for (const int32_t weight : weights) {
    all |= static_cast<uint32_t>(weight);
  }
  // A narrower format may need a larger power of two, and BIPOLAR has no even numbers: the largest common
  // one.
  const int32_t common = all == 0 ? 0 : std::countr_zero(all);
  for (const SpuWeightBits bits : kWidths) {
    for (const SpuWeightCode code : kCodes) {
      for (int32_t shift = common; shift >= 0; --shift) {
        StorageFormat format{bits, code, false, 0};
        if (set_shift(format, shift) && holds(format, weights)) {
          return format;
        }
        if (shift <= kLargestExponent) {
          break;  // a smaller shift only makes the stored numbers larger
        }
      }
    }
  }
  return std::nullopt;
}

std::vector<uint64_t> pack_row(const StorageFormat& format, std::span<const int32_t> weights) {
  std::vector<uint64_t> words(format.row_words(weights.size()));
  const size_t width = format.width();
  for (size_t i = 0; i < weights.size(); ++i) {
    words[i * width / 64] |= uint64_t{format.encode(weights[i]).value_or(0)} << (i * width % 64);
  }
  return words;
}

}  // namespace photic::host::snn
