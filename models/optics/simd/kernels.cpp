// SPDX-License-Identifier: Apache-2.0
// Picks the kernel table at run time.
#include "models/optics/simd/kernels.h"

#include "models/optics/error.h"

#if defined(PHOTIC_OPTICS_X86)
#include <cpuid.h>
#endif

namespace photic::optics {

#if defined(PHOTIC_OPTICS_X86)
namespace {

// Not every compiler's __builtin_cpu_supports knows the AES extensions. Bits of ECX of a CPUID leaf (Intel
// SDM, volume 2).
constexpr unsigned kAes = 25;
constexpr unsigned kVaes = 9;

bool has_bit(unsigned leaf, unsigned bit) {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid_count(leaf, 0, &eax, &ebx, &ecx, &edx) != 0 && ((ecx >> bit) & 1) != 0;
}

}  // namespace
#endif

bool has_simd(Simd simd) {
  switch (simd) {
    case Simd::Portable:
    case Simd::Best:
      return true;
#if defined(PHOTIC_OPTICS_X86)
    case Simd::Avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && has_bit(1, kAes);
    case Simd::Avx512:
      return has_simd(Simd::Avx2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq") &&
             has_bit(7, kVaes);
#else
    case Simd::Avx2:
    case Simd::Avx512:
      return false;
#endif
  }
  return false;
}

const Kernels& kernels_for(Simd simd) {
  if (!has_simd(simd)) {
    throw ConfigError(std::string("optics option 'simd' is '") + (simd == Simd::Avx2 ? "avx2" : "avx512") +
                      "', which this processor does not have; allowed: best");
  }
#if defined(PHOTIC_OPTICS_X86)
  if (simd == Simd::Avx512 || (simd == Simd::Best && has_simd(Simd::Avx512))) {
    return kAvx512Kernels;
  }
  if (simd == Simd::Avx2 || (simd == Simd::Best && has_simd(Simd::Avx2))) {
    return kAvx2Kernels;
  }
#endif
  return kPortableKernels;
}

}  // namespace photic::optics
