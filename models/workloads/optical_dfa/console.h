// SPDX-License-Identifier: Apache-2.0
// What the comparison shows while it runs and at its end: text for people or JSON lines for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "models/workloads/optical_dfa/replay.h"
#include "models/workloads/optical_dfa/training.h"

namespace photic::workloads {

class Console {
 public:
  /// `json`: one object a line, each with an "event".
  explicit Console(bool json);

  void begin(const host::TrainConfig& config);
  /// One event of a training of `method`.
  void show(std::string_view method, const nlohmann::json& event);
  void result(const std::vector<Outcome>& outcomes);
  void replaying(const std::string& device);
  void replayed(const std::string& device, const ReplayResult& replay);
  void interrupted(const std::string& folder);

 private:
  void progress(std::string_view method, const nlohmann::json& event);
  void clear();
  void line(const nlohmann::json& object);

  bool json_;
  bool terminal_;
  bool progress_shown_ = false;
};

}  // namespace photic::workloads
