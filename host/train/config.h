// SPDX-License-Identifier: Apache-2.0
// Everything that decides the result of a training run.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "host/dfa/ternariser.h"
#include "host/nn/network.h"
#include "host/nn/optimizer.h"

namespace photic::host {

/// How hidden layers learn.
enum class Method {
  kBackprop,    // the exact gradient
  kFloatDfa,    // a fixed random projection of the error, in float arithmetic
  kOpticalDfa,  // the same of the ternarised error, by a projector
  kShallow,     // not at all: the floor a method of learning must beat
};

Method method_from_name(std::string_view name);  // "backprop", "float-dfa", "optical-dfa", "shallow"
std::string_view method_name(Method method);

/// A run's settings. Two runs with equal settings and the same device give the same bits.
struct TrainConfig {
  std::string data = "fashion";
  std::string device = "exact";  // optical-dfa only: "exact", "exact?snr_db=25", or a device URI
  Method method = Method::kOpticalDfa;
  NetworkConfig network;
  OptimizerConfig optimizer;
  TernariserConfig ternariser;
  bool centre = true;          // optical-dfa only
  float feedback_gain = 1.0f;  // B is scaled by gain / sqrt(width of the layer it feeds)
  uint32_t epochs = 15;
  uint32_t batch = 128;
  uint64_t seed = 0;
  uint32_t probe_every = 100;  // steps between alignment probes; 0: never

  bool operator==(const TrainConfig&) const = default;
};

/// Throws ConfigError naming the first setting that cannot work.
void check(const TrainConfig& config);

nlohmann::json to_json(const TrainConfig& config);

/// Inverse of `to_json`; throws ConfigError naming a missing, unknown or mistyped key.
TrainConfig config_from_json(const nlohmann::json& json);

}  // namespace photic::host
