// SPDX-License-Identifier: Apache-2.0
// Regions: which bits of a written word a memory keeps, and what a program is made of.
#pragma once

#include <cstdint>

#include "drivers/abi/numerics.h"
#include "drivers/abi/spiking.h"

namespace photic::kernels::spu {

/// Bits of word `word` of a region that a WRITE stores; the others read 0. (ACCUMULATOR reads sign-extended.)
constexpr uint64_t kept_bits(abi::SpuRegion region, uint32_t word) {
  switch (region) {
    case abi::SpuRegion::CONFIG:
      return abi::SpuConfig::kNeurons.mask() | abi::SpuConfig::kAxons.mask();
    case abi::SpuRegion::AXON:
    case abi::SpuRegion::SYNAPSE:
    case abi::SpuRegion::WALK:
    case abi::SpuRegion::POINTER:
    case abi::SpuRegion::FANOUT:
      return ~uint64_t{0};
    case abi::SpuRegion::NEURON:
      return word % 4 == 3 ? 0 : ~uint64_t{0};
    case abi::SpuRegion::STATE:
      return word % 2 == 0 ? ~abi::SpuState0::kReserved.mask() : ~abi::SpuState1::kReserved.mask();
    case abi::SpuRegion::ACCUMULATOR:
      return 0xFFFF'FFFF;
    case abi::SpuRegion::COUNTER:
    case abi::SpuRegion::TRACE:
    case abi::SpuRegion::ELIGIBILITY:
    case abi::SpuRegion::LEARNING:
      return 0;
  }
  return 0;
}

/// Whether a region is part of the program: a WRITE to it makes the program unscanned.
constexpr bool is_program(abi::SpuRegion region) {
  return region <= abi::SpuRegion::FANOUT;
}

/// An accumulator or output as its region shows it: sign-extended.
constexpr uint64_t accumulator_word(int32_t value) {
  return static_cast<uint64_t>(int64_t{value});
}

/// Modulus of COUNTER words.
inline constexpr uint64_t kCounterMask = (uint64_t{1} << abi::kSpuCounterBits) - 1;

}  // namespace photic::kernels::spu
