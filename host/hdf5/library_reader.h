// SPDX-License-Identifier: Apache-2.0
// Walks a file with libhdf5. For the reading process only: on a hostile file it may crash or never return.
#pragma once

#include "host/hdf5/codec.h"

namespace photic::host::hdf5 {

/// Sends every object of `file`, then the end, or an error record.
void read_with_library(const std::string& file, const Limits& limits, Encoder& encoder);

}  // namespace photic::host::hdf5
