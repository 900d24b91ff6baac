// SPDX-License-Identifier: Apache-2.0
// Puts a recorder between a training and its device.
#include "models/workloads/optical_dfa/training.h"

#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "host/device/open_projector.h"
#include "host/session/make_trainer.h"

namespace photic::workloads {

std::optional<Outcome> train(const host::TrainConfig& config, const host::Dataset& data,
                             const std::filesystem::path& folder, size_t sample_rows,
                             const std::atomic<bool>& stop, const host::EventSink& sink) {
  host::check(config);
  Recorder* recorder = nullptr;
  std::unique_ptr<host::Feedback> feedback;
  if (config.method == host::Method::kOpticalDfa) {
    const auto& hidden = config.network.hidden;
    const auto outputs = static_cast<uint32_t>(std::accumulate(hidden.begin(), hidden.end(), size_t{0}));
    auto recording = std::make_unique<Recorder>(
        host::open_projector(config.device, config.network.classes, outputs, config.batch, config.seed));
    recorder = recording.get();
    feedback = std::make_unique<host::TernaryFeedback>(std::move(recording), config.ternariser, config.centre,
                                                       config.seed);
  } else {
    feedback = host::make_feedback(config);
  }
  host::Trainer trainer(config, data, std::move(feedback));
  if (recorder != nullptr) {
    for (const uint64_t step : {uint64_t{0}, trainer.total_steps() / 2, trainer.total_steps() - 1}) {
      recorder->keep(step, sample_rows);
    }
  }
  host::RunFolder run = host::RunFolder::create(folder, host::to_json(config));
  if (!host::run_training(trainer, run, {.stop = &stop}, sink)) {
    return std::nullopt;
  }
  Outcome outcome;
  outcome.method = config.method;
  outcome.test = trainer.evaluate();
  if (trainer.feedback() != nullptr) {
    outcome.device = trainer.feedback()->report();
  }
  if (recorder != nullptr) {
    outcome.samples = recorder->samples();
  }
  outcome.network.emplace(std::move(trainer.network()));
  return outcome;
}

}  // namespace photic::workloads
