// SPDX-License-Identifier: Apache-2.0
// Tries failed work on a device again: which failures that can cure, how, and how often.
#pragma once

#include <cstdint>
#include <functional>

#include "drivers/api/photic.hpp"
#include "host/recovery/failures.h"

namespace photic::host {

/// What may be done about failures. It decides whether a run ends, never what its result is.
struct RetryPolicy {
  uint32_t retries = 0;  // of one piece of work; 0: its first failure is final
};

/// Retries a command line grants unless told otherwise: one for each remedy.
inline constexpr uint32_t kDefaultRetries = 3;

/// What is done before work is tried again, mildest first.
enum class Remedy {
  kSendAgain,  // on a new queue
  kReset,      // of the device, which then has to be set up
  kReopen      // of its URI: a device in a process of its own is a new one
};

/// Whether the same work may succeed another time: errors of DMA and of links, a watchdog's TIMEOUT, a ring
/// or endpoint that broke the protocol, a lost device. A command or program that is at fault, a target that
/// found a fault in itself (CHECK_FAILED) and all else would fail again.
bool survivable(photic_status status);

/// Runs pieces of work on one device and remembers what failed.
class Recovery {
 public:
  explicit Recovery(RetryPolicy policy) : policy_(policy) {}

  /// Calls `work`. While it throws photic::Error with a survivable status, and retries are left, calls
  /// `revive` and then `work` again. `revive` gets the mildest remedy worth trying (a harsher one at each
  /// retry), makes the device ready for `work`, and returns what it took; what it throws counts as a failure
  /// of that retry. When no retry is left, throws photic::Error with the last status and the texts of all.
  /// Other exceptions pass.
  void run(const std::function<void()>& work, const std::function<Remedy(Remedy)>& revive);

  const RetryPolicy& policy() const { return policy_; }
  const DeviceFailures& failures() const { return failures_; }

 private:
  RetryPolicy policy_;
  DeviceFailures failures_;
};

}  // namespace photic::host
