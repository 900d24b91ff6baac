// SPDX-License-Identifier: Apache-2.0
// Methods and the feedback they need.
#include "host/session/make_trainer.h"

#include <numeric>

#include "host/device/open_projector.h"

namespace photic::host {

std::unique_ptr<Feedback> make_feedback(const TrainConfig& config, RetryPolicy policy) {
  const auto& hidden = config.network.hidden;
  const auto outputs = static_cast<uint32_t>(std::accumulate(hidden.begin(), hidden.end(), size_t{0}));
  switch (config.method) {
    case Method::kFloatDfa:
      return std::make_unique<FloatFeedback>(config.network.classes, outputs, config.seed);
    case Method::kOpticalDfa:
      return std::make_unique<TernaryFeedback>(
          open_projector(config.device, config.network.classes, outputs, config.batch, config.seed, policy),
          config.ternariser, config.centre, config.seed);
    default:
      return nullptr;
  }
}

std::unique_ptr<Trainer> make_trainer(const TrainConfig& config, const Dataset& data, RetryPolicy policy) {
  check(config);
  return std::make_unique<Trainer>(config, data, make_feedback(config, policy));
}

}  // namespace photic::host
