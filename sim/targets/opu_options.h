// SPDX-License-Identifier: Apache-2.0
// What a URI says of a simulated OPU, alike for every target.
#pragma once

#include <cstdint>
#include <optional>

#include "drivers/abi/geometry.h"
#include "drivers/transport/uri.h"
#include "models/optics/config.h"

namespace photic::sim {

/// A simulated OPU. Options: `geometry` = a preset's name (small); `lose_trigger` = number of a frame whose
/// trigger is lost; everything else is the optical bench's (models/optics/config.h).
struct OpuOptions {
  abi::Preset preset;
  optics::BenchConfig bench;
  std::optional<uint32_t> lose_trigger;
};

/// Reads the options of an OPU from `uri` through `reader`; a target asks `reader` for options of its own
/// first. Throws transport::Error(INVALID_URI).
OpuOptions opu_options(const transport::Uri& uri, transport::OptionReader& reader);

}  // namespace photic::sim
