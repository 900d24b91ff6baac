// SPDX-License-Identifier: Apache-2.0
// A mapped program as a file, for programs in other languages that load it themselves.
#pragma once

#include <filesystem>

#include "host/snn/program.h"

namespace photic::tools {

/// Writes a safetensors file: of every memory image a tensor "<core>.<REGION>.<first word>" of 64-bit words
/// (U64), and as metadata "geometry", "inputs" and "outputs" (in use). Core = number of cores: the
/// input/output unit. Cores without a CONFIG image have no neurons: write 0 there. Throws host::IoError.
void write_program(const std::filesystem::path& file, const host::snn::Program& program);

}  // namespace photic::tools
