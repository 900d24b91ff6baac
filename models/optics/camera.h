// SPDX-License-Identifier: Apache-2.0
// The scalars of one picture: what a frame number and an exposure do to every pixel alike.
#pragma once

#include <cstdint>

#include "models/optics/bench.h"
#include "models/optics/simd/kernels.h"

namespace photic::optics {

/// Laser power of a frame relative to its mean, at least 0.
double laser_factor(const BenchConfig& config, uint32_t frame);

/// Amplitude of the reference beam, in field units, rounded.
struct Reference {
  int32_t re = 0;
  int32_t im = 0;
};

/// `phase` in twelfths of a turn, 0 to 11, or kNoReference.
Reference reference_beam(uint32_t level, uint8_t phase);

/// Bits of the grid that counts of this exposure lie on.
unsigned code_bits(const Imperfections& imperfections, uint8_t adc_bits);

/// Every scalar of the chain for fields in units of 1 / `field_unit`; pointers are left null.
PixelChain camera_chain(const BenchConfig& config, const Exposure& exposure, int32_t field_unit);

/// Whether a picture needs random draws.
bool is_noisy(const Imperfections& imperfections);

}  // namespace photic::optics
