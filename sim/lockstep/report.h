// SPDX-License-Identifier: Apache-2.0
// The report on a difference: a page for people, the same for programs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/lockstep/difference.h"

namespace photic::lockstep {

/// Everything a report says.
struct Report {
  std::string names[2];
  Difference difference;
  WorkInProgress work;
  std::vector<std::string> registers;  ///< Registers that differ when the comparison stops.
  std::string replay;                  ///< Command line that shows the difference again; empty if unknown.
  std::vector<std::string> waveforms;  ///< File names, beside the report.
  std::vector<std::string> logs;       ///< The same of files with all events of the piece of work.
};

/// Writes `report.txt` and `report.json` into `folder`, which is made. Returns false if it cannot.
bool write_report(const std::filesystem::path& folder, const Report& report);

}  // namespace photic::lockstep
