// SPDX-License-Identifier: Apache-2.0
// Prints what became of every fault on every target, a JSON object a line: `tools/study faults` makes the
// table of docs/reference/faults.md of it. Exit status: 0, or 1 if a fate is not the expected one.
#include <iostream>
#include <nlohmann/json.hpp>

#include "drivers/api/photic.hpp"
#include "tests/conformance/faults/scenario.h"

namespace photic::test {
namespace {

bool print(const Scenario& scenario, const TargetUri& target) {
  const Outcome outcome = run(scenario, target.uri);
  const bool expected = outcome.fate == scenario.fate && outcome.recovered;
  const nlohmann::json line{
      {"fault", scenario.name},
      {"rules", scenario.rules},
      {"device", scenario.kind == Kind::kOpu ? "OPU" : "SPU"},
      {"target", target.name},
      {"stall_ms", scenario.stall_ms},
      {"hit", photic_status_name(outcome.fate.hit)},
      {"right", outcome.fate.right},
      {"behind", photic_status_name(outcome.fate.behind)},
      {"other", photic_status_name(outcome.fate.other)},
      {"milliseconds", std::chrono::duration<double, std::milli>(outcome.time).count()},
      {"reset", photic_status_name(outcome.fate.reset)},
      {"reopened", outcome.fate.reopened},
      {"recovered", outcome.recovered},
      {"expected", expected},
  };
  std::cout << line.dump() << std::endl;
  return expected;
}

int print_all() {
  bool as_expected = true;
  for (const Scenario& scenario : scenarios()) {
    for (const TargetUri& target : targets_of(scenario.kind)) {
      as_expected = print(scenario, target) && as_expected;
    }
  }
  return as_expected ? 0 : 1;
}

}  // namespace
}  // namespace photic::test

int main() {
  try {
    return photic::test::print_all();
  } catch (const photic::Error& error) {
    std::cerr << "fault_table: " << error.what() << std::endl;
    return 1;
  }
}
