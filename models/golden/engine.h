// SPDX-License-Identifier: Apache-2.0
// What carries out a device's commands, one bounded piece of work at a time.
#pragma once

#include <optional>

#include "drivers/abi/descriptors.h"
#include "models/golden/shell.h"

namespace photic::golden {

class Engine {
 public:
  virtual ~Engine() = default;

  virtual void reset() = 0;

  /// Begins a command. Returns its outcome if there is nothing to do for it: a NOP, or a command that is
  /// refused.
  virtual std::optional<Outcome> start(const abi::Submission& submission) = 0;

  /// Takes the next piece of the command that was started. Returns the outcome after the last.
  virtual std::optional<Outcome> step() = 0;
};

}  // namespace photic::golden
