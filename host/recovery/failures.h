// SPDX-License-Identifier: Apache-2.0
// What a run has survived, for its report.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace photic::host {

/// One failed try that was followed by another.
struct DeviceFailure {
  std::string status;  // as the contract spells it: "DEVICE_LOST"
  std::string text;    // what the driver said
  uint32_t retry = 0;  // number of the retry that followed, from 1 for each piece of work
};

/// Every failure that was not the end.
struct DeviceFailures {
  std::vector<DeviceFailure> list;  // oldest first
  uint64_t resets = 0;              // after which the device worked on
  uint64_t reopenings = 0;          // likewise; a device in a process of its own was started anew

  bool empty() const { return list.empty(); }
};

/// Counts: "retries", "resets", "reopenings", and under "by_status" the failures of each status.
nlohmann::json to_json(const DeviceFailures& failures);

/// The same as a line for people: "device failures survived: 2 DEVICE_LOST; by 2 retries, 1 resets, 1
/// reopenings".
std::string to_text(const DeviceFailures& failures);

}  // namespace photic::host
