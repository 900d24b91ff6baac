// SPDX-License-Identifier: Apache-2.0
// What a URI says of a simulated SPU, alike for every target.
#pragma once

#include "drivers/abi/geometry.h"
#include "drivers/transport/uri.h"

namespace photic::sim {

/// Reads the options of an SPU from `uri` through `reader` and refuses unknown ones; a target asks `reader`
/// for options of its own first. Option: `geometry` = a preset's name (mesh5). Throws
/// transport::Error(INVALID_URI).
abi::SpuPreset spu_options(transport::OptionReader& reader);

}  // namespace photic::sim
