// SPDX-License-Identifier: Apache-2.0
// A spiking network in steps and real numbers: the device's neuron equation before its numbers are rounded.
#pragma once

#include <string>
#include <vector>

#include "host/snn/integer_network.h"

namespace photic::host::snn {

/// u = current_keep u + input;  v = voltage_keep v + u + bias;  a = adaptation_keep a;
/// a spike if v > threshold + a (or >=), as in the device's equation. In any unit, the same for all of a
/// neuron's numbers and for the weights into it.
struct FloatNeuron {
  double current_keep = 0, voltage_keep = 1, adaptation_keep = 0;
  double threshold = 1, reset_voltage = 0, rest_voltage = 0, adaptation_step = 0, bias = 0;
  /// Everything that is no number of the equation: comparison, reset, refractory steps, rounding, emission.
  NeuronModel modes;

  bool operator==(const FloatNeuron&) const = default;
};

struct FloatPopulation {
  std::string name;
  Shape shape;
  std::vector<FloatNeuron> neurons;  // one for all, or one an element

  size_t size() const { return graph::elements(shape); }
  const FloatNeuron& neuron(size_t index) const { return neurons.size() == 1 ? neurons[0] : neurons[index]; }
};

/// `wiring` says who is joined to whom, and how; its own weights are 0 (DenseSynapses::weights and
/// ConvolutionSynapses::kernel may be empty). `weights` stand where for_each_weight says: dense
/// [target][source], sparse in the order of the synapses, convolution [out][in / groups][y][x], pool one. A
/// graded source multiplies them by its voltage.
struct FloatConnection {
  Connection wiring;
  std::vector<double> weights;
};

struct FloatNetwork {
  Shape input_shape;
  std::vector<FloatPopulation> populations;
  std::vector<FloatConnection> connections;
  std::vector<size_t> outputs;
  /// What differs from the graph it was made from, a sentence each.
  std::vector<std::string> notes;
};

/// An integer network as the real numbers it stands for, weights as they are: the way back from `quantise`.
FloatNetwork to_float(const IntegerNetwork& network);

}  // namespace photic::host::snn
