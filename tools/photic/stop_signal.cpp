// SPDX-License-Identifier: Apache-2.0
// A flag that signals set.
#include "tools/photic/stop_signal.h"

#include <csignal>

namespace photic::tools {
namespace {

std::atomic<bool> stop_requested{false};

}  // namespace

const std::atomic<bool>& stop_on_signals() {
  struct sigaction action = {};
  action.sa_handler = [](int) { stop_requested = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return stop_requested;
}

}  // namespace photic::tools
