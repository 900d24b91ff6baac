// SPDX-License-Identifier: Apache-2.0
// Loops the compiler vectorises, compiled once for each instruction set. Included inside an anonymous namespace, so that
// no code made for one processor can be linked into another's path; builtins, not std functions, for the same reason.

constexpr float kLeastOf(float a, float b) { return a < b ? a : b; }
constexpr float kMostOf(float a, float b) { return a > b ? a : b; }

// Standard normal, from 64 uniform bits: 48 bits counted (variance 12) plus a 16-bit fraction (variance 1/12).
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

template <bool kDrift, bool kLeak, bool kNoise>
void expose_pixels_as(const PixelChain& chain_in, size_t n, uint16_t* __restrict counts) {
  const PixelChain chain = chain_in;  // a local copy: stores to counts cannot change it
  const int32_t* __restrict re0 = chain.field_re[0];
  const int32_t* __restrict im0 = chain.field_im[0];
  const int32_t* __restrict re1 = chain.field_re[1];
  const int32_t* __restrict im1 = chain.field_im[1];
  const int32_t* __restrict ones_re0 = chain.ones_re[0];
  const int32_t* __restrict ones_im0 = chain.ones_im[0];
  const int32_t* __restrict ones_re1 = chain.ones_re[1];
  const int32_t* __restrict ones_im1 = chain.ones_im[1];
  const uint64_t* __restrict draws = chain.draws;
  for (size_t i = 0; i < n; ++i) {
    auto re = static_cast<float>(re0[i]);
    auto im = static_cast<float>(im0[i]);
    if constexpr (kDrift) {
      re = chain.weight[0] * re + chain.weight[1] * static_cast<float>(re1[i]);
      im = chain.weight[0] * im + chain.weight[1] * static_cast<float>(im1[i]);
    }
    if constexpr (kLeak) {
      auto all_re = static_cast<float>(ones_re0[i]);
      auto all_im = static_cast<float>(ones_im0[i]);
      if constexpr (kDrift) {
        all_re = chain.weight[0] * all_re + chain.weight[1] * static_cast<float>(ones_re1[i]);
        all_im = chain.weight[0] * all_im + chain.weight[1] * static_cast<float>(ones_im1[i]);
      }
      re = chain.on_minus_off * re + chain.off * all_re;
      im = chain.on_minus_off * im + chain.off * all_im;
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
  const bool drift = chain.field_re[1] != nullptr;
  const bool leak = chain.ones_re[0] != nullptr;
  const bool noise = chain.draws != nullptr;
  switch ((drift ? 4 : 0) + (leak ? 2 : 0) + (noise ? 1 : 0)) {
    case 0:
      return expose_pixels_as<false, false, false>(chain, n, counts);
    case 1:
      return expose_pixels_as<false, false, true>(chain, n, counts);
    case 2:
      return expose_pixels_as<false, true, false>(chain, n, counts);
    case 3:
      return expose_pixels_as<false, true, true>(chain, n, counts);
    case 4:
      return expose_pixels_as<true, false, false>(chain, n, counts);
    case 5:
      return expose_pixels_as<true, false, true>(chain, n, counts);
    case 6:
      return expose_pixels_as<true, true, false>(chain, n, counts);
    default:
      return expose_pixels_as<true, true, true>(chain, n, counts);
  }
}

// Sums stay in registers for a tile of pixels while the runs go by.
constexpr size_t kTile = 64;

void sum_runs(const int32_t* const* starts, const int32_t* const* ends, size_t runs, size_t n, int32_t* out) {
  for (size_t at = 0; at < n; at += kTile) {
    int32_t sum[kTile] = {};
    if (at + kTile <= n) {
      for (size_t r = 0; r < runs; ++r) {
        const int32_t* __restrict start = starts[r] + at;
        const int32_t* __restrict end = ends[r] + at;
        for (size_t i = 0; i < kTile; ++i) {
          sum[i] += end[i] - start[i];
        }
      }
      for (size_t i = 0; i < kTile; ++i) {
        out[at + i] = sum[i];
      }
    } else {
      for (size_t i = at; i < n; ++i) {
        int32_t tail = 0;
        for (size_t r = 0; r < runs; ++r) {
          tail += ends[r][i] - starts[r][i];
        }
        out[i] = tail;
      }
    }
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

// Transform of 16 neighbours at stride 1, in place.
inline void hadamard16(uint32_t* __restrict v) {
  for (size_t step = 1; step < 16; step *= 2) {
    uint32_t next[16];
    for (size_t i = 0; i < 16; ++i) {
      const uint32_t other = v[i ^ step];
      next[i] = (i & step) != 0 ? other - v[i] : v[i] + other;
    }
    for (size_t i = 0; i < 16; ++i) {
      v[i] = next[i];
    }
  }
}

void hadamard(int32_t* signed_data, size_t rows, size_t width) {
  auto* data = reinterpret_cast<uint32_t*>(signed_data);
  size_t step = 1;
  if (width == 1 && rows >= 16) {
    for (size_t i = 0; i < rows; i += 16) {
      hadamard16(data + i);
    }
    step = 16;
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
