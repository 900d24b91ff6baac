// SPDX-License-Identifier: Apache-2.0
// Every method learns what it should on a small problem, with the same bits every time.
#include "host/train/trainer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/base/error.h"
#include "host/tensor/parallel.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using test::make_trainer;

using test::toy_config;

const Dataset& toy() {
  static const Dataset data = test::toy_dataset();
  return data;
}

struct Outcome {
  double accuracy = 0;
  std::vector<double> alignment;  // the last probed
  std::vector<Matrix> parameters;
};

Outcome train(const TrainConfig& config) {
  const auto trainer = make_trainer(config, toy());
  Outcome outcome;
  while (!trainer->finished()) {
    const StepResult result = trainer->step();
    if (!result.alignment.empty()) {
      outcome.alignment = result.alignment;
    }
  }
  outcome.accuracy = trainer->evaluate().accuracy;
  for (const Parameter* parameter : trainer->network().parameters()) {
    outcome.parameters.push_back(parameter->value);
  }
  return outcome;
}

// The classes are an XOR: random hidden features alone leave the shallow method well below the others.
TEST(Trainer, LearnsWithHiddenLayersWhatTheLastLayerAloneCannot) {
  EXPECT_GT(train(toy_config(Method::kBackprop)).accuracy, 0.97);
  EXPECT_GT(train(toy_config(Method::kFloatDfa)).accuracy, 0.97);
  EXPECT_GT(train(toy_config(Method::kOpticalDfa)).accuracy, 0.97);
  EXPECT_LT(train(toy_config(Method::kShallow)).accuracy, 0.93);
}

TEST(Trainer, AlignsTheFeedbackWithTheTrueGradient) {
  for (const Method method : {Method::kFloatDfa, Method::kOpticalDfa}) {
    const Outcome outcome = train(toy_config(method));
    ASSERT_EQ(outcome.alignment.size(), 2u);
    for (const double cosine : outcome.alignment) {
      EXPECT_GT(cosine, 0.15) << method_name(method);
      EXPECT_LT(cosine, 1.0);
    }
  }
}

TEST(Trainer, LearnsThroughNoise) {
  TrainConfig config = toy_config(Method::kOpticalDfa);
  config.device = "exact?snr_db=10";
  EXPECT_GT(train(config).accuracy, 0.95);
}

TEST(Trainer, LearnsWithSgdBatchNormAndDropout) {
  TrainConfig config = toy_config(Method::kOpticalDfa);
  config.optimizer.kind = OptimizerKind::kSgd;
  config.optimizer.learning_rate = 0.05f;
  config.network.batch_norm = true;
  config.network.dropout = 0.05f;
  config.network.activation = Activation::kRelu;
  EXPECT_GT(train(config).accuracy, 0.9);
}

TEST(Trainer, GivesTheSameBitsAgainAndForEveryThreadCount) {
  for (const Method method : {Method::kBackprop, Method::kOpticalDfa}) {
    TrainConfig config = toy_config(method);
    config.epochs = 2;
    config.network.dropout = 0.1f;
    config.network.batch_norm = true;
    const Outcome reference = train(config);
    for (const size_t threads : {1, 2, 5}) {
      set_thread_count(threads);
      EXPECT_EQ(train(config).parameters, reference.parameters) << threads;
    }
    set_thread_count(2);
    config.seed += 1;
    EXPECT_NE(train(config).parameters, reference.parameters);
  }
}

TEST(Trainer, ProbingChangesNothing) {
  TrainConfig config = toy_config(Method::kOpticalDfa);
  config.epochs = 1;
  const Outcome probed = train(config);
  config.probe_every = 0;
  EXPECT_EQ(train(config).parameters, probed.parameters);
}

TEST(Trainer, ShallowLeavesTheHiddenLayersAsTheyWereDrawn) {
  TrainConfig config = toy_config(Method::kShallow);
  const auto before = make_trainer(config, toy());
  const Outcome after = train(config);
  const auto parameters = before->network().parameters();
  for (size_t i = 0; i + 2 < parameters.size(); ++i) {
    EXPECT_EQ(parameters[i]->value, after.parameters[i]) << parameters[i]->name;
  }
  EXPECT_NE(parameters.back()->value, after.parameters.back());
}

TEST(Trainer, IsAsBeforeAStepWhoseFeedbackFailed) {
  for (const OptimizerKind kind : {OptimizerKind::kSgd, OptimizerKind::kAdam}) {
    TrainConfig config = toy_config(Method::kOpticalDfa);
    config.epochs = 2;
    config.network.batch_norm = true;
    config.network.dropout = 0.2f;
    config.optimizer.kind = kind;
    const Outcome undisturbed = train(config);
    for (const uint64_t at : {1, 20, 38}) {
      const auto trainer = test::make_failing_trainer(config, toy(), at);
      while (trainer->steps_done() + 1 < at) {
        trainer->step();
      }
      const double samples = trainer->epoch_sums().samples;
      EXPECT_THROW(trainer->step(), DeviceError);
      EXPECT_EQ(trainer->steps_done(), at - 1);
      EXPECT_EQ(trainer->epoch_sums().samples, samples);
      while (!trainer->finished()) {
        trainer->step();
      }
      std::vector<Matrix> parameters;
      for (const Parameter* parameter : trainer->network().parameters()) {
        parameters.push_back(parameter->value);
      }
      EXPECT_EQ(parameters, undisturbed.parameters) << "failed at step " << at;
    }
  }
}

TEST(Trainer, VisitsEverySampleOnceAnEpochWhateverTheBatch) {
  TrainConfig config = toy_config(Method::kShallow);
  config.batch = 70;  // 600 = 8 * 70 + 40
  config.epochs = 2;
  const auto trainer = make_trainer(config, toy());
  EXPECT_EQ(trainer->total_steps(), 18u);
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (int step = 0; step < 9; ++step) {
      trainer->step();
    }
    EXPECT_EQ(trainer->epoch_sums().samples, 600.0);
  }
}

TEST(Trainer, RejectsSettingsThatDoNotFitTheData) {
  TrainConfig config = toy_config(Method::kBackprop);
  config.network.inputs = 35;
  EXPECT_THROW(make_trainer(config, toy()), ConfigError);
  config = toy_config(Method::kBackprop);
  config.epochs = 0;
  EXPECT_THROW(make_trainer(config, toy()), ConfigError);
  config = toy_config(Method::kOpticalDfa);
  EXPECT_THROW(Trainer(config, toy(), nullptr), ConfigError);
  EXPECT_THROW(Trainer(config, toy(), std::make_unique<FloatFeedback>(4, 87, 1)), ConfigError);
}

TEST(TrainConfig, SurvivesJsonAndRejectsWhatItDoesNotKnow) {
  TrainConfig config = toy_config(Method::kFloatDfa);
  config.network.dropout = 0.1f;
  config.ternariser = {.rule = TernaryRule::kTopK, .theta = 0.2f, .k = 3};
  config.optimizer.schedule = Schedule::kStep;
  const nlohmann::json json = to_json(config);
  EXPECT_EQ(config_from_json(json), config);
  for (const auto& [key, value] : json.items()) {
    nlohmann::json missing = json;
    missing.erase(key);
    EXPECT_THROW(config_from_json(missing), ConfigError) << key;
    nlohmann::json mistyped = json;
    mistyped[key] = nlohmann::json::object();
    EXPECT_THROW(config_from_json(mistyped), ConfigError) << key;
  }
  nlohmann::json unknown = json;
  unknown["speed"] = 3;
  EXPECT_THROW(config_from_json(unknown), ConfigError);
}

}  // namespace
}  // namespace photic::host
