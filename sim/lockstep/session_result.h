// SPDX-License-Identifier: Apache-2.0
// What a random session did.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "drivers/abi/descriptors.h"

namespace photic::lockstep {

struct SessionResult {
  uint64_t commands = 0;                     ///< Completed.
  std::map<abi::Status, uint64_t> statuses;  ///< Completions by status.
  uint64_t cycles = 0;                       ///< SHELL_CYCLE at the end, summed over resets.
  std::optional<std::string> failure;        ///< What the device found wrong with itself.
};

}  // namespace photic::lockstep
