// SPDX-License-Identifier: Apache-2.0
// Pointwise nonlinearities as layers, chosen by name.
#pragma once

#include <memory>
#include <string_view>

#include "host/nn/layer.h"

namespace photic::host {

enum class Activation { kRelu, kTanh };

/// "relu" or "tanh"; throws ConfigError listing both otherwise.
Activation activation_from_name(std::string_view name);
std::string_view activation_name(Activation activation);

/// Gain that keeps the variance of a deep net's activations at initialisation: sqrt 2 for ReLU (He et al.,
/// 2015), 1 for tanh.
float initial_gain(Activation activation);

std::unique_ptr<Layer> make_activation(Activation activation, size_t width);

}  // namespace photic::host
