// SPDX-License-Identifier: Apache-2.0
// Bounds of waits as points in time.
#pragma once

#include "drivers/api/photic.h"
#include "drivers/transport/transport.h"

namespace photic::api {

/// `timeout_ns` from now, without overflow.
inline transport::Clock::time_point deadline_in(uint64_t timeout_ns) {
  const auto now = transport::Clock::now();
  const auto left = static_cast<uint64_t>((transport::Clock::time_point::max() - now).count());
  return timeout_ns >= left ? transport::Clock::time_point::max()
                            : now + std::chrono::nanoseconds(timeout_ns);
}

}  // namespace photic::api
