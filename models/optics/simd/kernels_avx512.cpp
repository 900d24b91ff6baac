// SPDX-License-Identifier: Apache-2.0
// The inner loops with 512-bit AES and population counts.
#include <immintrin.h>

#include "models/optics/simd/kernels.h"

namespace photic::optics {
namespace {

#include "models/optics/simd/loops.inl"

inline __m512i broadcast(const Block128* block) {
  return _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(block)));
}

void ars_blocks(Block128 key, uint64_t hi, uint64_t first, unsigned rounds, size_t n, Block128* out) {
  const auto wide = [](uint64_t value) { return static_cast<long long>(value); };
  const __m512i weyl =
      _mm512_broadcast_i32x4(_mm_set_epi64x(wide(numerics::kArsWeylHi), wide(numerics::kArsWeylLo)));
  const __m512i first_key = broadcast(&key);
  constexpr size_t kVectors = 4;
  for (size_t at = 0; at < n; at += 4 * kVectors) {
    __m512i state[kVectors];
    for (size_t v = 0; v < kVectors; ++v) {
      const uint64_t c = first + at + 4 * v;
      const __m512i counter = _mm512_set_epi64(wide(hi), wide(c + 3), wide(hi), wide(c + 2), wide(hi),
                                               wide(c + 1), wide(hi), wide(c));
      state[v] = _mm512_xor_si512(counter, first_key);
    }
    __m512i round_key = first_key;
    for (unsigned round = 1; round < rounds; ++round) {
      round_key = _mm512_add_epi64(round_key, weyl);
      for (size_t v = 0; v < kVectors; ++v) {
        state[v] = _mm512_aesenc_epi128(state[v], round_key);
      }
    }
    round_key = _mm512_add_epi64(round_key, weyl);
    for (size_t v = 0; v < kVectors && at + 4 * v < n; ++v) {
      const size_t left = n - at - 4 * v;
      const auto mask = static_cast<__mmask8>(left >= 4 ? 0xFF : (1u << (2 * left)) - 1);
      _mm512_mask_storeu_epi64(out + at + 4 * v, mask, _mm512_aesenclast_epi128(state[v], round_key));
    }
  }
}

template <size_t kStreams>
void popcount_streams(const Block512* whitening, const Block512* lit, size_t blocks,
                      const Block128* stream_keys, const Block128* round_keys, uint32_t* out) {
  const __m512i key0 = broadcast(round_keys);
  const __m512i key1 = broadcast(round_keys + 1);
  const __m512i key2 = broadcast(round_keys + 2);
  __m512i stream[kStreams];
  __m512i count[kStreams];
  for (size_t s = 0; s < kStreams; ++s) {
    stream[s] = broadcast(stream_keys + s);
    count[s] = _mm512_setzero_si512();
  }
  for (size_t b = 0; b < blocks; ++b) {
    const __m512i white = _mm512_load_si512(whitening + b);
    const __m512i mirrors = _mm512_load_si512(lit + b);
    for (size_t s = 0; s < kStreams; ++s) {
      __m512i state = _mm512_xor_si512(white, stream[s]);
      state = _mm512_aesenc_epi128(state, key0);
      state = _mm512_aesenc_epi128(state, key1);
      state = _mm512_aesenc_epi128(state, key2);
      count[s] = _mm512_add_epi64(count[s], _mm512_popcnt_epi64(_mm512_and_si512(state, mirrors)));
    }
  }
  for (size_t s = 0; s < kStreams; ++s) {
    out[s] = static_cast<uint32_t>(_mm512_reduce_add_epi64(count[s]));
  }
}

void sign_popcounts(const Block512* whitening, const Block512* lit, size_t blocks,
                    const Block128* stream_keys, size_t streams, const Block128* round_keys, uint32_t* out) {
  static_assert(kSignRounds == 3);
  size_t s = 0;
  for (; s + 8 <= streams; s += 8) {
    popcount_streams<8>(whitening, lit, blocks, stream_keys + s, round_keys, out + s);
  }
  for (; s + 2 <= streams; s += 2) {
    popcount_streams<2>(whitening, lit, blocks, stream_keys + s, round_keys, out + s);
  }
  for (; s < streams; ++s) {
    popcount_streams<1>(whitening, lit, blocks, stream_keys + s, round_keys, out + s);
  }
}

}  // namespace

const Kernels kAvx512Kernels = {ars_blocks, sign_popcounts, sum_runs,    mix,          add_bytes,
                                hadamard,   flip_signs,     expand_bits, expose_pixels};

}  // namespace photic::optics
