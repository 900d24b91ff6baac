// SPDX-License-Identifier: Apache-2.0
// Picks the table at run time; what all tables share.
#include "models/kernels/spu/simd/kernels.h"

#include <array>

#include "models/kernels/spu/value.h"

namespace photic::kernels::spu {
namespace {

constexpr uint32_t kFold = 8;

// What 8 neurons shift out of the signature comes back as.
constexpr std::array<uint32_t, 1u << kFold> fold_table() {
  std::array<uint32_t, 1u << kFold> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t signature = i << (32 - kFold);
    for (uint32_t j = 0; j < kFold; ++j) {
      signature = signature_step(signature, 0);
    }
    table[i] = signature;
  }
  return table;
}

constexpr auto kFoldTable = fold_table();

}  // namespace

Addend addend_of(const WeightFormat& format, int32_t payload, int32_t exponent) {
  const uint32_t ones = (1u << format.bits) - 1;
  const int32_t products[] = {payload * format.weight(format.flip),
                              payload * format.weight(format.flip ^ ones)};
  Addend addend{.flip = format.flip, .scale = payload * format.scale, .offset = payload * format.offset};
  if (exponent < 0) {
    addend.right = static_cast<uint32_t>(-exponent);
    return addend;
  }
  for (const int32_t product : products) {  // the extremes
    addend.clips = addend.clips || sat24(int64_t{product} * (1 << exponent)).saturated;
  }
  if (addend.clips) {
    addend.left = static_cast<uint32_t>(exponent);
  } else {
    addend.scale *= 1 << exponent;
    addend.offset *= 1 << exponent;
  }
  return addend;
}

// The signature is a polynomial over GF(2) with the words as coefficients: eight are added up where they
// stand, and what they push above bit 31 is reduced at once.
uint32_t fold_signature(uint32_t signature, std::span<const uint32_t> words) {
  size_t n = 0;
  for (; n + kFold <= words.size(); n += kFold) {
    uint64_t sum = 0;
    for (uint32_t j = 0; j < kFold; ++j) {
      sum ^= uint64_t{words[n + j]} << (kFold - 1 - j);
    }
    sum ^= uint64_t{signature} << kFold;
    signature = static_cast<uint32_t>(sum) ^ kFoldTable[sum >> 32];
  }
  for (; n < words.size(); ++n) {
    signature = signature_step(signature, words[n]);
  }
  return signature;
}

bool has_simd(Simd simd) {
  switch (simd) {
    case Simd::Portable:
    case Simd::Best:
      return true;
#if defined(PHOTIC_KERNELS_X86)
    case Simd::Avx2:
      return __builtin_cpu_supports("avx2") != 0;
    case Simd::Avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    case Simd::Avx2:
    case Simd::Avx512:
      return false;
#endif
  }
  return false;
}

const Kernels& kernels_for(Simd simd) {
#if defined(PHOTIC_KERNELS_X86)
  if (simd == Simd::Avx512 || (simd == Simd::Best && has_simd(Simd::Avx512))) {
    return kAvx512Kernels;
  }
  if (simd == Simd::Avx2 || (simd == Simd::Best && has_simd(Simd::Avx2))) {
    return kAvx2Kernels;
  }
#else
  (void)simd;
#endif
  return kPortableKernels;
}

}  // namespace photic::kernels::spu
