// SPDX-License-Identifier: Apache-2.0
// What a URI says of a target with a clock, whatever the kind of device.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "drivers/transport/uri.h"

namespace photic::sim {

/// Option `stall`: seed of the stalls of host memory (hw/base/axi_memory.h); without it there are none.
inline std::optional<uint64_t> stall_seed(transport::OptionReader& reader) {
  if (reader.text("stall", "").empty()) {
    return std::nullopt;
  }
  return reader.number("stall", 0, std::numeric_limits<uint64_t>::max(), 0);
}

}  // namespace photic::sim
