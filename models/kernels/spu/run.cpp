// SPDX-License-Identifier: Apache-2.0
// Records of outputs.
#include "models/kernels/spu/run.h"

#include <algorithm>

namespace photic::kernels::spu {

void pack_outputs(abi::SpuRecord record, std::span<const int32_t> outputs, std::span<uint64_t> words) {
  std::fill(words.begin(), words.end(), 0);
  const bool bits = record == abi::SpuRecord::BITS;
  const size_t per_word = bits ? 64 : 2;
  const size_t width = 64 / per_word;
  for (size_t o = 0; o < outputs.size(); ++o) {
    const uint64_t value = bits ? uint64_t{outputs[o] != 0} : static_cast<uint32_t>(outputs[o]);
    words[o / per_word] |= value << (o % per_word * width);
  }
}

}  // namespace photic::kernels::spu
