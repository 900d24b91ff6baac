// SPDX-License-Identifier: Apache-2.0
// What the comparison shows while it runs and at its end: text for people or JSON lines for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "models/workloads/optical_dfa/replay.h"
#include "models/workloads/optical_dfa/spiking_table.h"
#include "models/workloads/optical_dfa/training.h"
#include "models/workloads/spiking/replay.h"

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

  /// Once, when the first program is made.
  void spikes_begin(const std::string& device, const SpikingClassifier& classifier);
  void spikes_progress(uint32_t steps, double share);
  void spikes(const SpikingTable& table);
  void spikes_replay_progress(size_t done, size_t images);
  void spikes_replayed(const std::string& device, const SpikingReplay& replay);
  void spikes_interrupted();

 private:
  void progress(std::string_view method, const nlohmann::json& event);
  void clear();
  /// For a pair of devices, which ends its commands at the first difference: that it had none.
  void pair_agreed(const std::string& device);
  void line(const nlohmann::json& object);

  bool json_;
  bool terminal_;
  bool progress_shown_ = false;
};

}  // namespace photic::workloads
