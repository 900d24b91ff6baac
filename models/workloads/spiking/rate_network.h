// SPDX-License-Identifier: Apache-2.0
// What a spiking network would answer if its rates were exact: the difference to it is what spikes cost.
#pragma once

#include "host/nn/network.h"
#include "host/snn/float_network.h"
#include "host/snn/quantise.h"

namespace photic::workloads {

/// The ReLU network with the weights of `quantised` and the biases of `balanced`, the network of convert_relu
/// that was quantised, time aside. An activation of 1 is a spike in every step; inputs are payloads.
host::Network rate_network(const host::snn::FloatNetwork& balanced, const host::snn::Quantised& quantised);

}  // namespace photic::workloads
