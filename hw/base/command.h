// SPDX-License-Identifier: Apache-2.0
// What an engine answers the ring with.
#pragma once

#include <cstdint>

#include "drivers/abi/descriptors.h"

namespace photic::hw {

/// How a command ended.
struct CommandResult {
  abi::Status status = abi::Status::OK;
  uint64_t detail = 0;
  template <typename F>
  void each_field(F f) const {
    f("status", 16, static_cast<uint64_t>(status));
    f("detail", 64, detail);
  }
};

}  // namespace photic::hw
