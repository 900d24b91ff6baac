// SPDX-License-Identifier: Apache-2.0
// Ctrl-C, kindly.
#pragma once

#include <atomic>

namespace photic::tools {

/// From now on the first SIGINT or SIGTERM sets what this returns, and a second one ends the process at once.
const std::atomic<bool>& stop_on_signals();

}  // namespace photic::tools
