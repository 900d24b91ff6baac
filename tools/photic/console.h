// SPDX-License-Identifier: Apache-2.0
// Shows a run's events to people.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace photic::tools {

/// Prints training events on standard output: as JSON, one object a line; or as text, with a moving progress
/// line if standard output is a terminal.
class Console {
 public:
  explicit Console(bool json);
  void show(const nlohmann::json& event);

 private:
  void show_text(const nlohmann::json& event);
  void clear_progress();

  bool json_;
  bool terminal_;
  bool progress_shown_ = false;
  double rate_ = 0;  // samples a second, as last reported
};

}  // namespace photic::tools
