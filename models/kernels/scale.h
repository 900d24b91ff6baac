// SPDX-License-Identifier: Apache-2.0
// From combiner sums to output words: scale, round half to even, saturate, pack.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/abi/descriptors.h"
#include "models/kernels/combine.h"

namespace photic::kernels {

/// How sums become output values.
struct OutputScaling {
  abi::OutputFormat format = abi::OutputFormat::U8;
  uint16_t scale = 1;
  uint8_t shift = 0;
  bool complex = false;  ///< A pixel gives a real and an imaginary value.
};

/// The scaling a PROJECT command asks for.
OutputScaling output_scaling(const abi::Submission& submission);

/// An output value, sign-extended, and whether the format clipped it.
struct ScaledValue {
  int32_t value = 0;
  bool clipped = false;
};

/// saturate(round_half_even(sum * scale / 2^shift)) to the output format.
ScaledValue scale_value(int32_t sum, const OutputScaling& scaling);

/// A scaled four-pixel group, packed from bit 0 of the first word on.
struct ScaledGroup {
  std::array<uint64_t, 4> words{};
  uint32_t bytes = 0;    ///< Valid bytes; a U8 group has at most 4.
  uint32_t clipped = 0;  ///< Values the format clipped.
};

/// Scales the first `pixels` (1 to 4) of a group.
ScaledGroup scale_group(const GroupSums& sums, unsigned pixels, const OutputScaling& scaling);

/// Scales a whole vector into `words`, which holds exactly its packed values and is padded with zeros. `im`
/// is empty unless complex. Returns the number of clipped values.
uint64_t scale_vector(std::span<const int32_t> re, std::span<const int32_t> im, const OutputScaling& scaling,
                      std::span<uint64_t> words);

}  // namespace photic::kernels
