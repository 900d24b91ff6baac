// SPDX-License-Identifier: Apache-2.0
// Names, limits and JSON of a run's settings.
#include "host/train/config.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "host/base/error.h"

namespace photic::host {

Method method_from_name(std::string_view name) {
  for (const Method method : {Method::kBackprop, Method::kFloatDfa, Method::kOpticalDfa, Method::kShallow}) {
    if (method_name(method) == name) {
      return method;
    }
  }
  throw ConfigError("method", "'" + std::string(name) + "' is not known",
                    "use backprop, float-dfa, optical-dfa or shallow");
}

std::string_view method_name(Method method) {
  switch (method) {
    case Method::kBackprop:
      return "backprop";
    case Method::kFloatDfa:
      return "float-dfa";
    case Method::kShallow:
      return "shallow";
    default:
      return "optical-dfa";
  }
}

void check(const TrainConfig& config) {
  const auto require = [](bool good, const char* key, const char* remedy) {
    if (!good) {
      throw ConfigError(key, "is out of range", remedy);
    }
  };
  require(config.epochs >= 1 && config.epochs <= 100000, "epochs", "use 1 to 100000");
  require(config.batch >= 1 && config.batch <= 65536, "batch", "use 1 to 65536");
  require(config.optimizer.learning_rate > 0 && std::isfinite(config.optimizer.learning_rate),
          "learning_rate", "use a positive number");
  require(config.optimizer.momentum >= 0 && config.optimizer.momentum < 1, "momentum",
          "use a number in [0, 1)");
  require(config.optimizer.weight_decay >= 0 && std::isfinite(config.optimizer.weight_decay), "weight_decay",
          "use 0 or a positive number");
  require(config.feedback_gain > 0 && std::isfinite(config.feedback_gain), "feedback_gain",
          "use a positive number");
  check(config.ternariser);
}

nlohmann::json to_json(const TrainConfig& config) {
  return {{"data", config.data},
          {"device", config.device},
          {"method", method_name(config.method)},
          {"hidden", config.network.hidden},
          {"inputs", config.network.inputs},
          {"classes", config.network.classes},
          {"activation", activation_name(config.network.activation)},
          {"batch_norm", config.network.batch_norm},
          {"dropout", config.network.dropout},
          {"optimizer", optimizer_name(config.optimizer.kind)},
          {"learning_rate", config.optimizer.learning_rate},
          {"momentum", config.optimizer.momentum},
          {"beta1", config.optimizer.beta1},
          {"beta2", config.optimizer.beta2},
          {"epsilon", config.optimizer.epsilon},
          {"weight_decay", config.optimizer.weight_decay},
          {"schedule", schedule_name(config.optimizer.schedule)},
          {"ternary_rule", ternary_rule_name(config.ternariser.rule)},
          {"theta", config.ternariser.theta},
          {"k", config.ternariser.k},
          {"centre", config.centre},
          {"feedback_gain", config.feedback_gain},
          {"epochs", config.epochs},
          {"batch", config.batch},
          {"seed", config.seed},
          {"probe_every", config.probe_every}};
}

TrainConfig config_from_json(const nlohmann::json& json) try {
  TrainConfig config;
  json.at("data").get_to(config.data);
  json.at("device").get_to(config.device);
  config.method = method_from_name(json.at("method").get<std::string>());
  json.at("hidden").get_to(config.network.hidden);
  json.at("inputs").get_to(config.network.inputs);
  json.at("classes").get_to(config.network.classes);
  config.network.activation = activation_from_name(json.at("activation").get<std::string>());
  json.at("batch_norm").get_to(config.network.batch_norm);
  json.at("dropout").get_to(config.network.dropout);
  config.optimizer.kind = optimizer_from_name(json.at("optimizer").get<std::string>());
  json.at("learning_rate").get_to(config.optimizer.learning_rate);
  json.at("momentum").get_to(config.optimizer.momentum);
  json.at("beta1").get_to(config.optimizer.beta1);
  json.at("beta2").get_to(config.optimizer.beta2);
  json.at("epsilon").get_to(config.optimizer.epsilon);
  json.at("weight_decay").get_to(config.optimizer.weight_decay);
  config.optimizer.schedule = schedule_from_name(json.at("schedule").get<std::string>());
  config.ternariser.rule = ternary_rule_from_name(json.at("ternary_rule").get<std::string>());
  json.at("theta").get_to(config.ternariser.theta);
  json.at("k").get_to(config.ternariser.k);
  json.at("centre").get_to(config.centre);
  json.at("feedback_gain").get_to(config.feedback_gain);
  json.at("epochs").get_to(config.epochs);
  json.at("batch").get_to(config.batch);
  json.at("seed").get_to(config.seed);
  json.at("probe_every").get_to(config.probe_every);
  if (json.size() != to_json(config).size()) {
    throw ConfigError("configuration", "has a key that is not known",
                      "compare it with one a run has written");
  }
  check(config);
  return config;
} catch (const nlohmann::json::exception& error) {
  throw ConfigError("configuration", error.what(), "compare it with one a run has written");
}

}  // namespace photic::host
