// SPDX-License-Identifier: Apache-2.0
// Failures as counts.
#include "host/recovery/failures.h"

#include <map>
#include <nlohmann/json.hpp>

namespace photic::host {
namespace {

std::map<std::string, uint64_t> by_status(const DeviceFailures& failures) {
  std::map<std::string, uint64_t> counts;
  for (const DeviceFailure& failure : failures.list) {
    ++counts[failure.status];
  }
  return counts;
}

std::string counted(uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

nlohmann::json to_json(const DeviceFailures& failures) {
  return {{"retries", failures.list.size()},
          {"resets", failures.resets},
          {"reopenings", failures.reopenings},
          {"by_status", by_status(failures)}};
}

std::string to_text(const DeviceFailures& failures) {
  std::string statuses;
  for (const auto& [status, count] : by_status(failures)) {
    statuses += (statuses.empty() ? "" : ", ") + std::to_string(count) + " " + status;
  }
  return "survived " + counted(failures.list.size(), "device failure") + " (" + statuses +
         "): " + counted(failures.resets, "reset") + ", " + counted(failures.reopenings, "reopening");
}

}  // namespace photic::host
