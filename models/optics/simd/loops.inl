// SPDX-License-Identifier: Apache-2.0
// Loops the compiler vectorises, compiled once for each instruction set. Included inside an anonymous
// namespace, so that no code made for one processor can be linked into another's path; builtins, not std
// functions, for the same reason.

constexpr float kLeastOf(float a, float b) {
  return a < b ? a : b;
}
constexpr float kMostOf(float a, float b) {
  return a > b ? a : b;
}

// Standard normal, from 64 uniform bits: 48 bits counted (variance 12) plus a 16-bit fraction (variance
// 1/12).
inline float normal_from_bits(uint64_t bits) {
  constexpr float kMean = 24.0f * 65536.0f + 32767.5f;
  constexpr float kUnit = static_cast<float>(1.0 / (65536.0 * 3.4761089357690347));  // sqrt(12 + 1/12)
  const uint64_t counted = static_cast<uint64_t>(__builtin_popcountll(bits & 0xFFFFFFFFFFFFu));
  const auto sum = static_cast<int32_t>((counted << 16) + (bits >> 48));
  return (static_cast<float>(sum) - kMean) * kUnit;
}

// Nearest integer, ties to even, of 0 <= x < 2^22.
inline uint16_t nearest_code(float x) {
  constexpr float kShift = 8388608.0f;  // 2^23: the unit in the last place of the sum is one
  return static_cast<uint16_t>(__builtin_bit_cast(uint32_t, x + kShift) & 0x7FFFFFu);
}

template <bool kLeak, bool kNoise>
void expose_pixels_as(const PixelChain& chain_in, size_t n, uint16_t* __restrict counts) {
  const PixelChain chain = chain_in;  // a local copy: stores to counts cannot change it
  const int32_t* __restrict field_re = chain.field_re;
  const int32_t* __restrict field_im = chain.field_im;
  const int32_t* __restrict ones_re = chain.ones_re;
  const int32_t* __restrict ones_im = chain.ones_im;
  const uint64_t* __restrict draws = chain.draws;
  for (size_t i = 0; i < n; ++i) {
    float re = chain.on_minus_off * static_cast<float>(field_re[i]);
    float im = chain.on_minus_off * static_cast<float>(field_im[i]);
    if constexpr (kLeak) {
      re = re + chain.off * static_cast<float>(ones_re[i]);
      im = im + chain.off * static_cast<float>(ones_im[i]);
    }
    re = re + chain.reference_re;
    im = im + chain.reference_im;
    float electrons = (re * re + im * im) * chain.electrons_per_intensity;
    if constexpr (kNoise) {
      electrons = kLeastOf(electrons, 1099511627776.0f);  // 2^40: keeps every later step finite
      const float sigma = __builtin_sqrtf(chain.shot * electrons + chain.read_variance);
      electrons = electrons + sigma * normal_from_bits(draws[i]);
      electrons = kMostOf(electrons, 0.0f);
    }
    electrons = kLeastOf(electrons, chain.most_electrons);
    counts[i] = nearest_code(kLeastOf(electrons * chain.codes_per_electron, chain.most_code));
  }
}

void expose_pixels(const PixelChain& chain, size_t n, uint16_t* counts) {
  const bool leak = chain.ones_re != nullptr;
  const bool noise = chain.draws != nullptr;
  if (leak) {
    return noise ? expose_pixels_as<true, true>(chain, n, counts)
                 : expose_pixels_as<true, false>(chain, n, counts);
  }
  return noise ? expose_pixels_as<false, true>(chain, n, counts)
               : expose_pixels_as<false, false>(chain, n, counts);
}

typedef uint32_t Lanes __attribute__((vector_size(64)));
typedef uint32_t LanesInMemory __attribute__((vector_size(64), aligned(4), may_alias));

// Sums stay in registers for a tile of pixels while the runs go by.
constexpr size_t kLaneCount = 16;
constexpr size_t kTile = 4 * kLaneCount;

void sum_runs(const int32_t* const* starts, const int32_t* const* ends, size_t runs, size_t n, int32_t* out) {
  size_t at = 0;
  for (; at + kTile <= n; at += kTile) {
    Lanes sum[4] = {};
    for (size_t r = 0; r < runs; ++r) {
      const auto* const start = reinterpret_cast<const LanesInMemory*>(starts[r] + at);
      const auto* const end = reinterpret_cast<const LanesInMemory*>(ends[r] + at);
      for (size_t v = 0; v < 4; ++v) {
        sum[v] += end[v] - start[v];
      }
    }
    __builtin_memcpy(out + at, sum, sizeof sum);
  }
  for (; at < n; ++at) {
    uint32_t sum = 0;
    for (size_t r = 0; r < runs; ++r) {
      sum += static_cast<uint32_t>(ends[r][at]) - static_cast<uint32_t>(starts[r][at]);
    }
    out[at] = static_cast<int32_t>(sum);
  }
}

void mix(const int32_t* a, int32_t weight_a, const int32_t* b, int32_t weight_b, size_t n, int32_t* out) {
  const auto times_a = static_cast<uint32_t>(weight_a);
  const auto times_b = static_cast<uint32_t>(weight_b);
  for (size_t i = 0; i < n; ++i) {
    out[i] =
        static_cast<int32_t>(times_a * static_cast<uint32_t>(a[i]) + times_b * static_cast<uint32_t>(b[i]));
  }
}

void add_bytes(const int8_t* const* rows, size_t count, size_t n, int32_t* __restrict out) {
  constexpr size_t kSafeInShort = 256;  // 256 * -128 fits 16 bits
  for (size_t at = 0; at < n; at += kTile) {
    const size_t width = n - at < kTile ? n - at : kTile;
    for (size_t first = 0; first < count; first += kSafeInShort) {
      const size_t last = count - first < kSafeInShort ? count : first + kSafeInShort;
      int16_t sum[kTile] = {};
      for (size_t r = first; r < last; ++r) {
        const int8_t* __restrict row = rows[r] + at;
        if (width == kTile) {
          for (size_t i = 0; i < kTile; ++i) {
            sum[i] = static_cast<int16_t>(sum[i] + row[i]);
          }
        } else {
          for (size_t i = 0; i < width; ++i) {
            sum[i] = static_cast<int16_t>(sum[i] + row[i]);
          }
        }
      }
      for (size_t i = 0; i < width; ++i) {
        out[at + i] += sum[i];
      }
    }
  }
}

// One butterfly between two stretches of n numbers. Unsigned: sums wrap, they do not trap.
inline void butterfly(uint32_t* __restrict a, uint32_t* __restrict b, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const uint32_t sum = a[i] + b[i];
    b[i] = a[i] - b[i];
    a[i] = sum;
  }
}

// Two stages at once halve the trips to memory.
inline void butterfly4(uint32_t* __restrict a, uint32_t* __restrict b, uint32_t* __restrict c,
                       uint32_t* __restrict d, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const uint32_t ab = a[i] + b[i];
    const uint32_t a_b = a[i] - b[i];
    const uint32_t cd = c[i] + d[i];
    const uint32_t c_d = c[i] - d[i];
    a[i] = ab + cd;
    b[i] = a_b + c_d;
    c[i] = ab - cd;
    d[i] = a_b - c_d;
  }
}

// One stage inside vectors: each lane meets the lane whose number differs in one bit; `minus` is all ones in
// lanes that have that bit. x + y, or y - x = y + (x xor -1) + 1 there.
#define PHOTIC_LANE_STAGE(values, minus, ...) \
  values = __builtin_shufflevector(values, values, __VA_ARGS__) + ((values ^ minus) - minus)

// Transforms of each 16 neighbours.
void hadamard_lanes(uint32_t* data, size_t n) {
  constexpr uint32_t kAll = 0xFFFFFFFF;
  const Lanes minus1 = {0, kAll, 0, kAll, 0, kAll, 0, kAll, 0, kAll, 0, kAll, 0, kAll, 0, kAll};
  const Lanes minus2 = {0, 0, kAll, kAll, 0, 0, kAll, kAll, 0, 0, kAll, kAll, 0, 0, kAll, kAll};
  const Lanes minus4 = {0, 0, 0, 0, kAll, kAll, kAll, kAll, 0, 0, 0, 0, kAll, kAll, kAll, kAll};
  const Lanes minus8 = {0, 0, 0, 0, 0, 0, 0, 0, kAll, kAll, kAll, kAll, kAll, kAll, kAll, kAll};
  for (size_t i = 0; i < n; i += kLaneCount) {
    auto* const at = reinterpret_cast<LanesInMemory*>(data + i);
    Lanes values = *at;
    PHOTIC_LANE_STAGE(values, minus1, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
    PHOTIC_LANE_STAGE(values, minus2, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    PHOTIC_LANE_STAGE(values, minus4, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
    PHOTIC_LANE_STAGE(values, minus8, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    *at = values;
  }
}
#undef PHOTIC_LANE_STAGE

void hadamard(int32_t* signed_data, size_t rows, size_t width) {
  auto* data = reinterpret_cast<uint32_t*>(signed_data);
  size_t step = 1;
  if (width == 1 && rows >= kLaneCount) {
    hadamard_lanes(data, rows);
    step = kLaneCount;
  }
  for (; 4 * step <= rows; step *= 4) {
    for (size_t row = 0; row < rows; row += 4 * step) {
      uint32_t* const at = data + row * width;
      const size_t stretch = step * width;
      butterfly4(at, at + stretch, at + 2 * stretch, at + 3 * stretch, stretch);
    }
  }
  for (; 2 * step <= rows; step *= 2) {
    for (size_t row = 0; row < rows; row += 2 * step) {
      butterfly(data + row * width, data + (row + step) * width, step * width);
    }
  }
}

void flip_signs(int32_t* __restrict data, const uint32_t* __restrict signs, size_t n) {
  for (size_t word = 0; word < n / 32; ++word) {
    const uint32_t bits = signs[word];
    int32_t* const values = data + 32 * word;
    for (uint32_t i = 0; i < 32; ++i) {
      const auto mask = static_cast<uint32_t>(-static_cast<int32_t>((bits >> i) & 1));
      values[i] = static_cast<int32_t>((static_cast<uint32_t>(values[i]) ^ mask) - mask);
    }
  }
}

void expand_bits(uint32_t lit, uint32_t signs, int32_t* __restrict out) {
  for (uint32_t i = 0; i < 32; ++i) {
    out[i] = static_cast<int32_t>((lit >> i) & 1) - 2 * static_cast<int32_t>(((lit & signs) >> i) & 1);
  }
}
