// SPDX-License-Identifier: Apache-2.0
// Memory images as tensors.
#include "tools/photic/program_file.h"

#include <cstring>
#include <string>

#include "drivers/abi/spiking.h"
#include "host/checkpoint/safetensors.h"

namespace photic::tools {

void write_program(const std::filesystem::path& file, const host::snn::Program& program) {
  host::TensorFile tensors;
  tensors.metadata["geometry"] = program.preset.name;
  tensors.metadata["inputs"] = std::to_string(graph::elements(program.input_shape));
  tensors.metadata["outputs"] = std::to_string(program.outputs);
  for (const host::snn::MemoryImage& image : program.images) {
    host::StoredTensor tensor{"U64", {image.words.size()}, std::vector<uint8_t>(8 * image.words.size())};
    std::memcpy(tensor.bytes.data(), image.words.data(), tensor.bytes.size());
    tensors.tensors[std::to_string(image.core) + "." + std::string(abi::name(image.region)) + "." +
                    std::to_string(image.word)] = std::move(tensor);
  }
  host::write_safetensors(file, tensors);
}

}  // namespace photic::tools
