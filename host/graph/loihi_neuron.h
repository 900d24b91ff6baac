// SPDX-License-Identifier: Apache-2.0
// Loihi's constants of a neuron as integer formats write them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/snn/integer_network.h"

namespace photic::host {

/// Fills `file`, `node` and the parameter's name into an error: fail(parameter, value, remedy), must not
/// return.
using OutOfRange =
    std::function<void(const std::string& parameter, int64_t value, const std::string& remedy)>;

/// Loihi's current-based neuron: fires when v > vThMant << 6, resets to 0, decays toward zero.
struct LoihiConstants {
  int64_t i_decay = 4096;  // 0..4096
  int64_t v_decay = 0;     // 0..4096
  int64_t v_th_mant = 0;   // 0..2^17 - 1
  int64_t refractory = 1;  // refDelay, 1..64: 1 lets a neuron fire in every step
  int64_t bias = 0;        // in units of a weight, added to the voltage every step
};

snn::NeuronModel loihi_neuron(const LoihiConstants& constants, const OutOfRange& fail);

/// `weights` << `exponent`, -8..7. Fails where a bit would be lost or the sum leaves 24 bits.
std::vector<int32_t> shift_weights(const std::vector<int64_t>& weights, int64_t exponent,
                                   const OutOfRange& fail);

}  // namespace photic::host
