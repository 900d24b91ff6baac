// SPDX-License-Identifier: Apache-2.0
// A fault, what is done to a device that has it, and what came of it: one body for the tests and for the
// table of docs/reference/faults.md.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "drivers/api/photic.h"
#include "tests/conformance/driver/targets.h"

namespace photic::test {

/// What a program sees of a fault.
struct Fate {
  photic_status hit = PHOTIC_OK;  ///< Of the command the fault is meant for.
  bool right = true;  ///< What that command wrote, if it ended well, is what the golden device writes.
  photic_status behind = PHOTIC_OK;  ///< Of the next command of the same queue.
  photic_status other = PHOTIC_OK;   ///< Of a command of another queue, submitted meanwhile.
  photic_status reset = PHOTIC_OK;   ///< Of photic_device_reset afterwards.
  bool reopened = false;             ///< A reset was not enough: a device without the fault had to be opened.
  bool operator==(const Fate&) const = default;
};

enum class Kind : uint8_t { kOpu, kSpu };

/// One fault and its fate, the same on every target.
struct Scenario {
  std::string name;
  std::string rules;
  Kind kind = Kind::kOpu;
  Fate fate;
  unsigned stall_ms = 2000;  ///< Of the URI; short where the fate is to be lost after it.
};

/// Every fault class at least once.
const std::vector<Scenario>& scenarios();
/// The targets a scenario runs on.
std::vector<TargetUri> targets_of(Kind kind);

/// What running a scenario gave.
struct Outcome {
  Fate fate;
  std::chrono::nanoseconds
      time{};              ///< From the submission of the command that is hit to the end of all three.
  bool recovered = false;  ///< In the end the work gave the golden bytes.
  photic_health health{};  ///< What the driver counted until the reset.
  std::string text;        ///< The driver's words on the command that was hit.
};

/// Runs `scenario` on the device at `uri`. Leaves nothing behind. Throws photic::Error where nothing should
/// fail.
Outcome run(const Scenario& scenario, const std::string& uri);

}  // namespace photic::test
