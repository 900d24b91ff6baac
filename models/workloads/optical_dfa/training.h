// SPDX-License-Identifier: Apache-2.0
// One training of the comparison.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "host/data/dataset.h"
#include "host/nn/network.h"
#include "host/report/training_run.h"
#include "host/train/config.h"
#include "models/workloads/optical_dfa/recorder.h"

namespace photic::workloads {

/// What a training came to.
struct Outcome {
  host::Method method{};
  host::Evaluation test;
  host::ProjectorReport device;  // zeros for methods without one
  std::vector<Sample> samples;   // of optical-dfa: the first, a middle and the last step
  std::optional<host::Network> network;
};

/// Trains as `config` says, leaving a run in `folder`. `sample_rows` vectors of three steps are kept. Returns
/// nothing if `stop` became true before the end.
std::optional<Outcome> train(const host::TrainConfig& config, const host::Dataset& data,
                             const std::filesystem::path& folder, size_t sample_rows,
                             const std::atomic<bool>& stop, const host::EventSink& sink);

}  // namespace photic::workloads
