// SPDX-License-Identifier: Apache-2.0
// Any bytes are a checkpoint or a CheckpointError, and a checkpoint's tensors have the bytes their shapes ask
// for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "host/checkpoint/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const auto file = photic::host::parse_safetensors(std::vector<uint8_t>(data, data + size), "input");
    for (const auto& [name, tensor] : file.tensors) {
      uint64_t bytes = photic::host::dtype_size(tensor.dtype);
      for (const uint64_t extent : tensor.shape) {
        bytes *= extent;
      }
      if (bytes != tensor.bytes.size()) {
        std::abort();
      }
    }
  } catch (const photic::host::CheckpointError&) {
    return 0;
  }
  return 0;
}
