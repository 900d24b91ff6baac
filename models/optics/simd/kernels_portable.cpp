// SPDX-License-Identifier: Apache-2.0
// The inner loops in plain C++: what every other table must equal.
#include <bit>

#include "models/optics/simd/kernels.h"

namespace photic::optics {
namespace {

#include "models/optics/simd/loops.inl"

void ars_blocks(Block128 key, uint64_t hi, uint64_t first, unsigned rounds, size_t n, Block128* out) {
  for (size_t i = 0; i < n; ++i) {
    out[i] = numerics::ars({first + i, hi}, key, rounds);
  }
}

void sign_popcounts(const Block512* whitening, const Block512* lit, size_t blocks,
                    const Block128* stream_keys, size_t streams, const Block128* round_keys, uint32_t* out) {
  for (size_t s = 0; s < streams; ++s) {
    uint32_t count = 0;
    for (size_t b = 0; b < blocks; ++b) {
      for (size_t lane = 0; lane < 8; lane += 2) {
        const uint64_t lit_lo = lit[b].word[lane];
        const uint64_t lit_hi = lit[b].word[lane + 1];
        if ((lit_lo | lit_hi) == 0) {
          continue;
        }
        Block128 state = Block128{whitening[b].word[lane], whitening[b].word[lane + 1]} ^ stream_keys[s];
        for (unsigned round = 0; round < kSignRounds; ++round) {
          state = numerics::aes_round(state, round_keys[round]);
        }
        count += static_cast<uint32_t>(std::popcount(state.lo & lit_lo) + std::popcount(state.hi & lit_hi));
      }
    }
    out[s] = count;
  }
}

}  // namespace

const Kernels kPortableKernels = {ars_blocks, sign_popcounts, sum_runs,    mix,          add_bytes,
                                  hadamard,   flip_signs,     expand_bits, expose_pixels};

}  // namespace photic::optics
