// SPDX-License-Identifier: Apache-2.0
// The optical chain and its recovery schemes in double precision: judges whether the integer equations are
// right.
#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include "drivers/abi/schemes.h"
#include "models/optics/bench.h"
#include "models/optics/medium.h"

namespace photic::reference {

using Field = std::complex<double>;

/// Field of pixels [first, first + count) for mirrors of amplitude `x` (1 lit, 0 dark, anything between for a
/// mirror that leaks): E_i = sum_j T_ij x_j.
std::vector<Field> field(const optics::Medium& medium, const std::vector<double>& x, uint64_t first,
                         size_t count);

/// |E + r e^(2 pi i phase / 12)|^2, or |E|^2 with optics::kNoReference.
double intensity(Field e, double reference, uint8_t phase);

/// Noise-free camera count, not rounded and not clipped: intensity x exposure cycles x power / 2^shift
/// electrons, a full well being 2^bits - 1 counts.
double camera_count(double intensity, const optics::Exposure& exposure, uint32_t full_well_electrons,
                    unsigned bits);

/// The fields a scheme's patterns make: features alone, all features lit, and everything that belongs to no
/// feature lit.
struct PatternFields {
  Field x;
  Field ones;
  Field outside;
};

/// What the combiner's sum tends to without noise and rounding, in units of intensity: re and im coefficients
/// of every step, and of the calibration, times |E + reference|^2 of its pattern. Mirrors outside the
/// features are dark where the scheme leaves them to a flag.
Field combined(const abi::SchemeSpec& scheme, const PatternFields& fields, double reference);

}  // namespace photic::reference
