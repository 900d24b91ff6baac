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
  return "device failures survived: " + statuses + "; by " + std::to_string(failures.list.size()) +
         " retries, " + std::to_string(failures.resets) + " resets, " + std::to_string(failures.reopenings) +
         " reopenings";
}

}  // namespace photic::host
