// SPDX-License-Identifier: Apache-2.0
// The inner loops, one table of them for each instruction set. All tables compute the same bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "models/numerics/counter_random.h"
#include "models/optics/config.h"

namespace photic::optics {

using numerics::Block128;

/// 512 mirrors, or the signs of their entries; mirror j at bit j % 64 of word j / 64.
struct alignas(64) Block512 {
  uint64_t word[8];
};

/// AES rounds between a whitened counter and the signs it stands for.
inline constexpr unsigned kSignRounds = 3;

/// Everything between two integer fields and a row of counts: docs/reference/optics.md, "From field to
/// count". Pointers are to the first pixel of the call.
struct PixelChain {
  const int32_t* field_re;  ///< field of the lit mirrors
  const int32_t* field_im;
  const int32_t* ones_re;  ///< field with every mirror lit; null when OFF mirrors are dark
  const int32_t* ones_im;
  const uint64_t* draws;  ///< 64 random bits a pixel; null without noise
  float on_minus_off;     ///< amplitude of an ON mirror less that of an OFF mirror, a field unit
  float off;              ///< amplitude of an OFF mirror, a field unit
  float reference_re;
  float reference_im;
  float electrons_per_intensity;
  float shot;           ///< 1 or 0
  float read_variance;  ///< electrons squared
  float most_electrons;
  float codes_per_electron;
  float most_code;
};

/// The inner loops of media and camera. No pointer may overlap another unless it says so.
struct Kernels {
  /// out[i] = ars({first + i, hi}, key, rounds).
  void (*ars_blocks)(Block128 key, uint64_t hi, uint64_t first, unsigned rounds, size_t n, Block128* out);
  /// out[s] = number of set bits of signs(s) & lit over all blocks, where AES block w of signs(s) is
  /// kSignRounds rounds, under round_keys, of whitening block w xor stream_keys[s].
  void (*sign_popcounts)(const Block512* whitening, const Block512* lit, size_t blocks,
                         const Block128* stream_keys, size_t streams, const Block128* round_keys,
                         uint32_t* out);
  /// out[i] = sum over runs of ends[r][i] - starts[r][i].
  void (*sum_runs)(const int32_t* const* starts, const int32_t* const* ends, size_t runs, size_t n,
                   int32_t* out);
  /// out[i] = weight_a * a[i] + weight_b * b[i], modulo 2^32; out may be a or b.
  void (*mix)(const int32_t* a, int32_t weight_a, const int32_t* b, int32_t weight_b, size_t n, int32_t* out);
  /// out[i] += sum of rows[r][i].
  void (*add_bytes)(const int8_t* const* rows, size_t count, size_t n, int32_t* out);
  /// In-place unnormalised Walsh-Hadamard transform along the first index of `rows` x `width` numbers, modulo
  /// 2^32.
  void (*hadamard)(int32_t* data, size_t rows, size_t width);
  /// data[i] = -data[i] where bit i % 32 of signs[i / 32] is set; n is a multiple of 32.
  void (*flip_signs)(int32_t* data, const uint32_t* signs, size_t n);
  /// out[i] = 0 where bit i of `lit` is clear, else -1 or +1 as bit i of `signs` is set or not; i < 32.
  void (*expand_bits)(uint32_t lit, uint32_t signs, int32_t* out);
  /// counts[i] from the fields; i < n.
  void (*expose_pixels)(const PixelChain& chain, size_t n, uint16_t* counts);
};

/// The table for `simd`; Best picks what the processor has. Throws ConfigError if the processor lacks it.
const Kernels& kernels_for(Simd simd);
/// Whether this processor, and this build, has it.
bool has_simd(Simd simd);

extern const Kernels kPortableKernels;
#if defined(PHOTIC_OPTICS_X86)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

}  // namespace photic::optics
