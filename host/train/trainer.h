// SPDX-License-Identifier: Apache-2.0
// Training, one step at a time.
#pragma once

#include <memory>
#include <vector>

#include "host/data/dataset.h"
#include "host/dfa/feedback.h"
#include "host/nn/loss.h"
#include "host/nn/network.h"
#include "host/nn/optimizer.h"
#include "host/train/config.h"

namespace photic::host {

/// What one step did.
struct StepResult {
  LossSums sums;  // over the batch, before the update
  size_t samples = 0;
  std::vector<double>
      alignment;  // per hidden block, cosine of feedback and true gradient; empty unless probed
};

/// Mean loss (nats) and share of right answers over a set.
struct Evaluation {
  double loss = 0;
  double accuracy = 0;
};

/// Loss, hits and samples of the epoch under way.
struct EpochSums {
  double loss = 0;
  double correct = 0;
  double samples = 0;
};

/// Trains one network on one data set. Everything after step s is a function of the settings, the parameters,
/// the optimizer's state and s, so a run can stop after any step and go on from what it saved.
class Trainer {
 public:
  /// `data` must outlive the trainer. `feedback` is needed by the two DFA methods, with one output a hidden
  /// unit, and may be null for the others. Throws ConfigError.
  Trainer(const TrainConfig& config, const Dataset& data, std::unique_ptr<Feedback> feedback);

  const TrainConfig& config() const { return config_; }
  Network& network() { return network_; }
  Optimizer& optimizer() { return optimizer_; }
  const Feedback* feedback() const { return feedback_.get(); }

  uint64_t steps_per_epoch() const;
  uint64_t total_steps() const { return steps_per_epoch() * config_.epochs; }
  uint64_t steps_done() const { return step_; }
  bool finished() const { return step_ >= total_steps(); }

  /// Runs the next step; the caller checks finished(). If the feedback throws, the trainer is as it was
  /// before, and the step can be run again.
  StepResult step();

  /// Sums since the current epoch's first step; kept after its last step until the next begins.
  const EpochSums& epoch_sums() const { return epoch_; }

  /// Continues after step `steps_done`, parameters and optimizer state having been set by the caller.
  void resume(uint64_t steps_done, const EpochSums& epoch);

  /// Runs the network on the test set as it stands.
  Evaluation evaluate();

 private:
  void load_batch(uint64_t step);
  void run_step(StepResult& result);
  std::vector<Matrix*> changed_before_feedback();
  void learn_backprop(ConstMatrixRef gradient, float rate);
  void learn_last(ConstMatrixRef gradient, float rate);
  void learn_hidden(size_t batch, float rate, const std::vector<Matrix>& truth, StepResult& result);
  std::vector<Matrix> true_gradients(ConstMatrixRef gradient);
  void update_block(size_t block, float rate);

  TrainConfig config_;
  const Dataset& data_;
  Network network_;
  Optimizer optimizer_;
  std::unique_ptr<Feedback> feedback_;
  uint64_t step_ = 0;
  EpochSums epoch_;

  // The batch of step `loaded_step_`; loaded early while a projection is under way.
  Matrix pixels_[2];
  std::vector<uint8_t> labels_[2];
  uint64_t loaded_step_ = UINT64_MAX;
  uint64_t order_epoch_ = UINT64_MAX;
  std::vector<uint32_t> order_;
  Matrix errors_;
  Matrix gradient_;
  Matrix projection_;
  Matrix block_feedback_;
  std::vector<Matrix> before_;  // of this step: what changes before the feedback is there
};

}  // namespace photic::host
