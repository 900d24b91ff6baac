// SPDX-License-Identifier: Apache-2.0
// Picks the kernel table at run time.
#include "models/optics/simd/kernels.h"

#include "models/optics/error.h"

namespace photic::optics {

bool has_simd(Simd simd) {
  switch (simd) {
    case Simd::Portable:
    case Simd::Best:
      return true;
#if defined(PHOTIC_OPTICS_X86)
    case Simd::Avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("aes") &&
             __builtin_cpu_supports("popcnt");
    case Simd::Avx512:
      return has_simd(Simd::Avx2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq") &&
             __builtin_cpu_supports("vaes");
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
