// SPDX-License-Identifier: Apache-2.0
// Gradient-descent rules and learning-rate schedules.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "host/nn/layer.h"

namespace photic::host {

enum class OptimizerKind { kSgd, kAdam };
enum class Schedule { kConstant, kCosine, kStep };

OptimizerKind optimizer_from_name(std::string_view name);  // "sgd" or "adam", else ConfigError
std::string_view optimizer_name(OptimizerKind kind);
Schedule schedule_from_name(std::string_view name);  // "constant", "cosine" or "step", else ConfigError
std::string_view schedule_name(Schedule schedule);

struct OptimizerConfig {
  OptimizerKind kind = OptimizerKind::kAdam;
  float learning_rate = 1e-3f;
  float momentum = 0.9f;      // SGD
  float beta1 = 0.9f;         // Adam
  float beta2 = 0.999f;       // Adam
  float epsilon = 1e-8f;      // Adam
  float weight_decay = 0.0f;  // SGD: added to the gradient; Adam: decoupled (Loshchilov and Hutter, 2019)
  Schedule schedule = Schedule::kCosine;

  bool operator==(const OptimizerConfig&) const = default;
};

/// Learning rate of `step` (from 0) of `total`: constant; cosine from the base to 0 at `total`; or the base
/// divided by 10 after half and again after three quarters of the steps.
float learning_rate(const OptimizerConfig& config, uint64_t step, uint64_t total);

/// Applies one rule to a fixed list of parameters, whose state it holds.
///
/// SGD: v = momentum v + g; w -= lr v. Adam: Kingma and Ba (2015), algorithm 1.
class Optimizer {
 public:
  /// The parameters must outlive the optimizer.
  Optimizer(const OptimizerConfig& config, std::vector<Parameter*> parameters);

  /// Updates the parameters [first, first + count) from their gradients. `step` counts from 0 and drives
  /// Adam's bias correction.
  void update(size_t first, size_t count, float rate, uint64_t step);

  const std::vector<Parameter*>& parameters() const { return parameters_; }

  /// Per-parameter state, named "<parameter>.momentum", or ".first" and ".second".
  std::vector<Buffer*> state();

 private:
  OptimizerConfig config_;
  std::vector<Parameter*> parameters_;
  std::vector<Buffer> first_;
  std::vector<Buffer> second_;  // Adam only
};

}  // namespace photic::host
