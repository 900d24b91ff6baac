// SPDX-License-Identifier: Apache-2.0
// The inner loops with AES-NI and AVX2.
#include <immintrin.h>

#include "models/optics/simd/kernels.h"

namespace photic::optics {
namespace {

#include "models/optics/simd/loops.inl"

inline __m128i load(const void* from) {
  return _mm_load_si128(static_cast<const __m128i*>(from));
}

void ars_blocks(Block128 key, uint64_t hi, uint64_t first, unsigned rounds, size_t n, Block128* out) {
  const __m128i weyl = _mm_set_epi64x(static_cast<long long>(numerics::kArsWeylHi),
                                      static_cast<long long>(numerics::kArsWeylLo));
  const __m128i first_key = load(&key);
  constexpr size_t kLanes = 8;  // hides the latency of a round
  for (size_t at = 0; at < n; at += kLanes) {
    __m128i state[kLanes];
    for (size_t i = 0; i < kLanes; ++i) {
      const __m128i counter =
          _mm_set_epi64x(static_cast<long long>(hi), static_cast<long long>(first + at + i));
      state[i] = _mm_xor_si128(counter, first_key);
    }
    __m128i round_key = first_key;
    for (unsigned round = 1; round < rounds; ++round) {
      round_key = _mm_add_epi64(round_key, weyl);
      for (size_t i = 0; i < kLanes; ++i) {
        state[i] = _mm_aesenc_si128(state[i], round_key);
      }
    }
    round_key = _mm_add_epi64(round_key, weyl);
    for (size_t i = 0; i < kLanes && at + i < n; ++i) {
      _mm_store_si128(reinterpret_cast<__m128i*>(out + at + i), _mm_aesenclast_si128(state[i], round_key));
    }
  }
}

template <size_t kStreams>
void popcount_streams(const Block512* whitening, const Block512* lit, size_t blocks,
                      const Block128* stream_keys, const Block128* round_keys, uint32_t* out) {
  const __m128i key0 = load(round_keys);
  const __m128i key1 = load(round_keys + 1);
  const __m128i key2 = load(round_keys + 2);
  uint64_t count[kStreams] = {};
  for (size_t b = 0; b < blocks; ++b) {
    for (size_t lane = 0; lane < 8; lane += 2) {
      const uint64_t lit_lo = lit[b].word[lane];
      const uint64_t lit_hi = lit[b].word[lane + 1];
      const __m128i white = load(&whitening[b].word[lane]);
      for (size_t s = 0; s < kStreams; ++s) {
        __m128i state = _mm_xor_si128(white, load(stream_keys + s));
        state = _mm_aesenc_si128(state, key0);
        state = _mm_aesenc_si128(state, key1);
        state = _mm_aesenc_si128(state, key2);
        const auto lo = static_cast<uint64_t>(_mm_cvtsi128_si64(state));
        const auto hi = static_cast<uint64_t>(_mm_extract_epi64(state, 1));
        count[s] +=
            static_cast<uint64_t>(__builtin_popcountll(lo & lit_lo) + __builtin_popcountll(hi & lit_hi));
      }
    }
  }
  for (size_t s = 0; s < kStreams; ++s) {
    out[s] = static_cast<uint32_t>(count[s]);
  }
}

void sign_popcounts(const Block512* whitening, const Block512* lit, size_t blocks,
                    const Block128* stream_keys, size_t streams, const Block128* round_keys, uint32_t* out) {
  static_assert(kSignRounds == 3);
  size_t s = 0;
  for (; s + 4 <= streams; s += 4) {
    popcount_streams<4>(whitening, lit, blocks, stream_keys + s, round_keys, out + s);
  }
  for (; s < streams; ++s) {
    popcount_streams<1>(whitening, lit, blocks, stream_keys + s, round_keys, out + s);
  }
}

}  // namespace

const Kernels kAvx2Kernels = {ars_blocks, sign_popcounts, sum_runs,    mix,          add_bytes,
                              hadamard,   flip_signs,     expand_bits, expose_pixels};

}  // namespace photic::optics
