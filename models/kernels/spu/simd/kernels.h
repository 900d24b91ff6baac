// SPDX-License-Identifier: Apache-2.0
// The spiking device's inner loops, one table of them for each instruction set. All compute the same bits.
#pragma once

#include <cstdint>
#include <span>

#include "models/kernels/spu/neuron_block.h"
#include "models/kernels/spu/weight.h"

namespace photic::kernels::spu {

/// Bytes that may be read, and accumulators that may be rewritten unchanged, behind the last one named.
inline constexpr uint32_t kOverrun = 16;

/// What a packet makes of the stored bits c of a weight, before anything is added:
/// (((c xor flip) scale + offset) << left) >> right, limited to 24 bits if `clips`.
struct Addend {
  uint32_t flip = 0;
  int32_t scale = 1;
  int32_t offset = 0;
  uint32_t left = 0;
  uint32_t right = 0;
  bool clips = false;  ///< Some weight of this format would be clipped.
};

/// sat24((payload weight) 2^exponent) for all weights of a format.
Addend addend_of(const WeightFormat& format, int32_t payload, int32_t exponent);

/// An emitted packet.
struct Emission {
  uint32_t neuron = 0;
  int32_t payload = 0;
  friend bool operator==(const Emission&, const Emission&) = default;
};

/// What the update of many neurons comes to.
struct SweepResult {
  uint32_t spikes = 0;
  uint32_t saturations = 0;
  uint32_t emissions = 0;
};

/// Where the random numbers of a sweep come from: the arguments of `randoms` but for the neuron.
struct RandomKey {
  uint32_t seed = 0;
  uint32_t core = 0;
  uint32_t step = 0;
};

struct Kernels {
  /// accumulators[i] += addend of stored[i], i < n, modulo 2^32. Returns how many were clipped.
  uint32_t (*add_row)(const uint8_t* stored, uint32_t n, const Addend& addend, int32_t* accumulators);
  /// accumulators[i] += value, i < n, modulo 2^32.
  void (*add_constant)(int32_t value, uint32_t n, int32_t* accumulators);
  /// out[i] = stored weight i of a dense row of `bits` bits (1, 2, 4) a weight, i < n; whole words are
  /// unpacked, so `out` holds n rounded up to a multiple of 64.
  void (*unpack)(const uint64_t* words, uint32_t n, uint32_t bits, uint8_t* out);
  /// Updates neurons 0 to n - 1. Their accumulators become 0. Writes a signature word each, and the emitted
  /// packets in order. `signature_words` has n rounded up to whole blocks. `stochastic` is whether some
  /// neuron rounds by chance.
  SweepResult (*sweep)(NeuronBlock* blocks, uint32_t n, bool stochastic, const RandomKey& key,
                       int32_t* accumulators, uint32_t* signature_words, Emission* emissions);
};

/// Instruction sets that have a table of their own.
enum class Simd : uint8_t { Portable, Avx2, Avx512, Best };

/// Whether this processor, and this build, has it.
bool has_simd(Simd simd);

/// The table for `simd`, which the processor must have; Best picks what it has.
const Kernels& kernels_for(Simd simd);

/// The signature after the words of many neurons.
uint32_t fold_signature(uint32_t signature, std::span<const uint32_t> words);

extern const Kernels kPortableKernels;
#if defined(PHOTIC_KERNELS_X86)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

}  // namespace photic::kernels::spu
