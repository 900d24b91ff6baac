// SPDX-License-Identifier: Apache-2.0
// SGD with momentum and Adam, elementwise and in fixed ranges.
#include "host/nn/optimizer.h"

#include <cmath>
#include <numbers>

#include "host/base/error.h"
#include "host/tensor/parallel.h"

namespace photic::host {
namespace {
constexpr size_t kGrain = 1u << 15;
}

OptimizerKind optimizer_from_name(std::string_view name) {
  if (name == "sgd") {
    return OptimizerKind::kSgd;
  }
  if (name == "adam") {
    return OptimizerKind::kAdam;
  }
  throw ConfigError("optimizer", "'" + std::string(name) + "' is not known", "use sgd or adam");
}

std::string_view optimizer_name(OptimizerKind kind) {
  return kind == OptimizerKind::kSgd ? "sgd" : "adam";
}

Schedule schedule_from_name(std::string_view name) {
  for (const Schedule schedule : {Schedule::kConstant, Schedule::kCosine, Schedule::kStep}) {
    if (schedule_name(schedule) == name) {
      return schedule;
    }
  }
  throw ConfigError("schedule", "'" + std::string(name) + "' is not known", "use constant, cosine or step");
}

std::string_view schedule_name(Schedule schedule) {
  switch (schedule) {
    case Schedule::kCosine:
      return "cosine";
    case Schedule::kStep:
      return "step";
    default:
      return "constant";
  }
}

float learning_rate(const OptimizerConfig& config, uint64_t step, uint64_t total) {
  const double progress =
      total == 0 ? 0.0 : std::min(1.0, static_cast<double>(step) / static_cast<double>(total));
  switch (config.schedule) {
    case Schedule::kCosine:
      return static_cast<float>(config.learning_rate * 0.5 * (1.0 + std::cos(std::numbers::pi * progress)));
    case Schedule::kStep:
      return config.learning_rate * (progress < 0.5 ? 1.0f : progress < 0.75 ? 0.1f : 0.01f);
    default:
      return config.learning_rate;
  }
}

Optimizer::Optimizer(const OptimizerConfig& config, std::vector<Parameter*> parameters)
    : config_(config), parameters_(std::move(parameters)) {
  const bool adam = config.kind == OptimizerKind::kAdam;
  for (const Parameter* p : parameters_) {
    first_.push_back({p->name + (adam ? ".first" : ".momentum"), Matrix(p->value.rows(), p->value.cols())});
    if (adam) {
      second_.push_back({p->name + ".second", Matrix(p->value.rows(), p->value.cols())});
    }
  }
}

void Optimizer::update(size_t first, size_t count, float rate, uint64_t step) {
  const auto t = static_cast<double>(step + 1);
  const auto correct1 = static_cast<float>(1.0 / (1.0 - std::pow(static_cast<double>(config_.beta1), t)));
  const auto correct2 = static_cast<float>(1.0 / (1.0 - std::pow(static_cast<double>(config_.beta2), t)));
  for (size_t i = first; i < first + count; ++i) {
    Parameter& p = *parameters_[i];
    const float decay = p.decays ? config_.weight_decay : 0.0f;
    float* w = p.value.data();
    const float* g = p.gradient.data();
    float* m = first_[i].value.data();
    if (config_.kind == OptimizerKind::kSgd) {
      parallel_ranges(p.value.size(), kGrain, [&, mu = config_.momentum](size_t begin, size_t end) {
        for (size_t k = begin; k < end; ++k) {
          m[k] = mu * m[k] + (g[k] + decay * w[k]);
          w[k] -= rate * m[k];
        }
      });
      continue;
    }
    float* v = second_[i].value.data();
    parallel_ranges(
        p.value.size(), kGrain,
        [&, b1 = config_.beta1, b2 = config_.beta2, eps = config_.epsilon](size_t begin, size_t end) {
          for (size_t k = begin; k < end; ++k) {
            m[k] = b1 * m[k] + (1.0f - b1) * g[k];
            v[k] = b2 * v[k] + (1.0f - b2) * g[k] * g[k];
            const float direction = m[k] * correct1 / (std::sqrt(v[k] * correct2) + eps);
            w[k] -= rate * (direction + decay * w[k]);
          }
        });
  }
}

std::vector<Buffer*> Optimizer::state() {
  std::vector<Buffer*> all;
  for (Buffer& buffer : first_) {
    all.push_back(&buffer);
  }
  for (Buffer& buffer : second_) {
    all.push_back(&buffer);
  }
  return all;
}

}  // namespace photic::host
