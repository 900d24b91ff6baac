// SPDX-License-Identifier: Apache-2.0
// Optimizers against steps worked out by hand.
#include "host/nn/optimizer.h"

#include <gtest/gtest.h>

#include "host/base/error.h"

namespace photic::host {
namespace {

Parameter scalar(float value, bool decays = true) {
  Parameter parameter{"w", Matrix(1, 1, value), Matrix(1, 1), decays};
  return parameter;
}

void step(Optimizer& optimizer, Parameter& parameter, float gradient, uint64_t number) {
  parameter.gradient(0, 0) = gradient;
  optimizer.update(0, 1, 0.1f, number);
}

TEST(Sgd, TakesTwoStepsWithMomentumAsByHand) {
  Parameter w = scalar(1.0f);
  Optimizer optimizer({.kind = OptimizerKind::kSgd, .momentum = 0.9f}, {&w});
  step(optimizer, w, 0.5f, 0);  // v = 0.5
  EXPECT_NEAR(w.value(0, 0), 0.95f, 1e-6f);
  step(optimizer, w, 0.5f, 1);  // v = 0.95
  EXPECT_NEAR(w.value(0, 0), 0.855f, 1e-6f);
}

TEST(Sgd, AddsWeightDecayToTheGradientOfWeightsOnly) {
  Parameter w = scalar(2.0f), bias = scalar(2.0f, false);
  Optimizer optimizer({.kind = OptimizerKind::kSgd, .momentum = 0.0f, .weight_decay = 0.5f}, {&w, &bias});
  optimizer.update(0, 2, 0.1f, 0);
  EXPECT_NEAR(w.value(0, 0), 1.9f, 1e-6f);
  EXPECT_EQ(bias.value(0, 0), 2.0f);
}

TEST(Adam, TakesTwoStepsAsByHand) {
  Parameter w = scalar(1.0f);
  Optimizer optimizer({.kind = OptimizerKind::kAdam}, {&w});
  step(optimizer, w, 0.5f, 0);  // both moments corrected: direction 0.5 / sqrt(0.25)
  EXPECT_NEAR(w.value(0, 0), 0.9f, 1e-6f);
  // m = 0.9 * 0.05 - 0.1 = -0.055, / 0.19; v = 0.999 * 0.00025 + 0.001 = 0.00124975, / 0.001999
  step(optimizer, w, -1.0f, 1);
  EXPECT_NEAR(w.value(0, 0), 0.9f + 0.1f * 0.28947368f / 0.79068805f, 1e-5f);
}

TEST(Adam, DecaysWeightsApartFromTheGradient) {
  Parameter w = scalar(2.0f);
  Optimizer optimizer({.kind = OptimizerKind::kAdam, .weight_decay = 0.5f}, {&w});
  step(optimizer, w, 0.0f, 0);
  EXPECT_NEAR(w.value(0, 0), 2.0f - 0.1f * 0.5f * 2.0f, 1e-6f);
}

TEST(Optimizer, UpdatesOnlyTheParametersAsked) {
  Parameter first = scalar(1.0f), second = scalar(1.0f);
  first.gradient(0, 0) = second.gradient(0, 0) = 1.0f;
  Optimizer optimizer({.kind = OptimizerKind::kSgd}, {&first, &second});
  optimizer.update(1, 1, 0.1f, 0);
  EXPECT_EQ(first.value(0, 0), 1.0f);
  EXPECT_NEAR(second.value(0, 0), 0.9f, 1e-6f);
}

TEST(Schedule, FollowsItsFormula) {
  OptimizerConfig config{.learning_rate = 0.8f, .schedule = Schedule::kConstant};
  EXPECT_FLOAT_EQ(learning_rate(config, 99, 100), 0.8f);
  config.schedule = Schedule::kCosine;
  EXPECT_FLOAT_EQ(learning_rate(config, 0, 100), 0.8f);
  EXPECT_FLOAT_EQ(learning_rate(config, 50, 100), 0.4f);
  EXPECT_NEAR(learning_rate(config, 100, 100), 0.0f, 1e-7f);
  config.schedule = Schedule::kStep;
  EXPECT_FLOAT_EQ(learning_rate(config, 49, 100), 0.8f);
  EXPECT_FLOAT_EQ(learning_rate(config, 50, 100), 0.08f);
  EXPECT_FLOAT_EQ(learning_rate(config, 75, 100), 0.008f);
}

TEST(Names, AreUnderstoodBothWaysAndOthersRejected) {
  for (const char* name : {"sgd", "adam"}) {
    EXPECT_EQ(optimizer_name(optimizer_from_name(name)), name);
  }
  for (const char* name : {"constant", "cosine", "step"}) {
    EXPECT_EQ(schedule_name(schedule_from_name(name)), name);
  }
  EXPECT_THROW(optimizer_from_name("rmsprop"), ConfigError);
  EXPECT_THROW(schedule_from_name(""), ConfigError);
}

}  // namespace
}  // namespace photic::host
