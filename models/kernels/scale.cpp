// SPDX-License-Identifier: Apache-2.0
// Output scaling. Whole vectors take a loop without branches, in 32 bits where the largest sum allows it.
#include "models/kernels/scale.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "models/kernels/frames.h"
#include "models/numerics/rounding.h"

namespace photic::kernels {
namespace {

// Half-even without a branch: below a tie, adding half - 1 never reaches the next integer; an odd quotient
// adds the missing 1.
template <typename Int>
Int round_shift(Int value, unsigned shift) {
  const Int below_half = shift == 0 ? 0 : (Int{1} << (shift - 1)) - 1;
  const Int odd = shift == 0 ? 0 : (value >> shift) & 1;
  return (value + below_half + odd) >> shift;
}

// Values a block: small enough for the first-level cache.
constexpr size_t kBlock = 1024;

// out[stride * i] = scaled sums[i]; returns how many were clipped.
template <typename Int, typename Out>
uint64_t scale_block(const int32_t* sums, size_t count, const OutputScaling& scaling, Out* out,
                     size_t stride) {
  constexpr Int kLow = std::numeric_limits<Out>::min();
  constexpr Int kHigh = std::numeric_limits<Out>::max();
  const auto factor = static_cast<Int>(scaling.scale);
  const unsigned shift = scaling.shift;
  uint32_t clipped = 0;
  for (size_t i = 0; i < count; ++i) {
    const Int rounded = round_shift<Int>(static_cast<Int>(sums[i]) * factor, shift);
    const Int value = std::min(std::max(rounded, kLow), kHigh);
    clipped += value != rounded ? 1u : 0u;
    out[stride * i] = static_cast<Out>(value);
  }
  return clipped;
}

template <typename Int, typename Out>
uint64_t scale_as(std::span<const int32_t> re, std::span<const int32_t> im, const OutputScaling& scaling,
                  std::span<uint64_t> words) {
  const size_t per_pixel = scaling.complex ? 2 : 1;
  std::array<Out, 2 * kBlock> values;
  auto* bytes = reinterpret_cast<unsigned char*>(words.data());
  uint64_t clipped = 0;
  for (size_t at = 0; at < re.size(); at += kBlock) {
    const size_t count = std::min(kBlock, re.size() - at);
    clipped += scale_block<Int>(re.data() + at, count, scaling, values.data(), per_pixel);
    if (scaling.complex) {
      clipped += scale_block<Int>(im.data() + at, count, scaling, values.data() + 1, per_pixel);
    }
    std::memcpy(bytes, values.data(), count * per_pixel * sizeof(Out));
    bytes += count * per_pixel * sizeof(Out);
  }
  return clipped;
}

uint32_t largest_magnitude(std::span<const int32_t> sums) {
  uint32_t largest = 0;
  const int32_t* const sum = sums.data();
  const size_t count = sums.size();
  for (size_t i = 0; i < count; ++i) {
    const auto bits = static_cast<uint32_t>(sum[i]);
    largest = std::max(largest, sum[i] < 0 ? 0u - bits : bits);
  }
  return largest;
}

// Whether sum * scale + rounding stays inside 32 bits for every sum.
bool fits_32_bits(std::span<const int32_t> re, std::span<const int32_t> im, const OutputScaling& scaling) {
  const uint64_t largest = std::max(largest_magnitude(re), scaling.complex ? largest_magnitude(im) : 0u);
  const uint64_t rounding = scaling.shift == 0 ? 0 : uint64_t{1} << (scaling.shift - 1);
  return largest * scaling.scale + rounding < uint64_t{1} << 31;
}

template <typename Out>
uint64_t scale_typed(std::span<const int32_t> re, std::span<const int32_t> im, const OutputScaling& scaling,
                     std::span<uint64_t> words) {
  return fits_32_bits(re, im, scaling) ? scale_as<int32_t, Out>(re, im, scaling, words)
                                       : scale_as<int64_t, Out>(re, im, scaling, words);
}

}  // namespace

OutputScaling output_scaling(const abi::Submission& submission) {
  return {abi::recovery_output_format(submission.recovery), submission.scale, submission.shift,
          command_shape(submission).values_per_pixel == 2};
}

ScaledValue scale_value(int32_t sum, const OutputScaling& scaling) {
  const int64_t rounded = numerics::round_shift_half_even(int64_t{sum} * scaling.scale, scaling.shift);
  int32_t value = 0;
  switch (scaling.format) {
    case abi::OutputFormat::U8:
      value = numerics::saturate<uint8_t>(rounded);
      break;
    case abi::OutputFormat::I16:
      value = numerics::saturate<int16_t>(rounded);
      break;
    case abi::OutputFormat::I32:
      value = numerics::saturate<int32_t>(rounded);
      break;
  }
  return {value, value != rounded};
}

ScaledGroup scale_group(const GroupSums& sums, unsigned pixels, const OutputScaling& scaling) {
  const unsigned value_bits = abi::bits_of(scaling.format);
  const uint64_t mask = (uint64_t{1} << value_bits) - 1;
  ScaledGroup group;
  unsigned bit = 0;
  const auto append = [&](int32_t sum) {
    const ScaledValue scaled = scale_value(sum, scaling);
    group.words[bit / 64] |= (static_cast<uint64_t>(static_cast<int64_t>(scaled.value)) & mask) << (bit % 64);
    group.clipped += scaled.clipped ? 1 : 0;
    bit += value_bits;
  };
  for (unsigned i = 0; i < pixels; ++i) {
    append(sums.re[i]);
    if (scaling.complex) {
      append(sums.im[i]);
    }
  }
  group.bytes = bit / 8;
  return group;
}

uint64_t scale_vector(std::span<const int32_t> re, std::span<const int32_t> im, const OutputScaling& scaling,
                      std::span<uint64_t> words) {
  if (!words.empty()) {
    words.back() = 0;
  }
  switch (scaling.format) {
    case abi::OutputFormat::U8:
      return scale_typed<uint8_t>(re, im, scaling, words);
    case abi::OutputFormat::I16:
      return scale_typed<int16_t>(re, im, scaling, words);
    case abi::OutputFormat::I32:
      return scale_typed<int32_t>(re, im, scaling, words);
  }
  return 0;
}

}  // namespace photic::kernels
