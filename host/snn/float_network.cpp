// SPDX-License-Identifier: Apache-2.0
// Units of the result: one weight unit is 1, so a voltage of the device is 64.
#include "host/snn/float_network.h"

#include <cmath>

#include "host/snn/check_network.h"
#include "host/snn/for_each_synapse.h"

namespace photic::host::snn {
namespace {

constexpr double kVoltage = 64;
constexpr double kDecay = 4096;

FloatNeuron to_float(const NeuronModel& n) {
  FloatNeuron f;
  f.current_keep = 1 - n.current_decay / kDecay;
  f.voltage_keep = 1 - n.voltage_decay / kDecay;
  f.adaptation_keep = 1 - n.adaptation_decay / kDecay;
  f.threshold = n.threshold;
  f.reset_voltage = n.reset_voltage / kVoltage;
  f.rest_voltage = n.rest_voltage / kVoltage;
  f.adaptation_step = n.adaptation_step / kVoltage;
  f.bias = std::ldexp(n.bias_mantissa, n.bias_exponent) / kVoltage;
  f.modes = n;
  return f;
}

size_t weight_count(const Connection& c) {
  if (const auto* dense = std::get_if<DenseSynapses>(&c.synapses)) {
    return dense->weights.size();
  }
  if (const auto* sparse = std::get_if<SparseSynapses>(&c.synapses)) {
    return sparse->synapses.size();
  }
  if (const auto* conv = std::get_if<ConvolutionSynapses>(&c.synapses)) {
    return conv->kernel.size();
  }
  return 1;
}

}  // namespace

FloatNetwork to_float(const IntegerNetwork& network) {
  check_network(network);
  FloatNetwork result;
  result.input_shape = network.input_shape;
  result.outputs = network.outputs;
  for (const Population& population : network.populations) {
    FloatPopulation made{population.name, population.shape, {}};
    for (const NeuronModel& neuron : population.neurons) {
      made.neurons.push_back(to_float(neuron));
    }
    result.populations.push_back(std::move(made));
  }
  for (const Connection& connection : network.connections) {
    FloatConnection made{connection, {}};
    // A payload is a voltage shifted right.
    double unit = 1;
    if (connection.source != kInput) {
      const NeuronModel& source = network.populations[connection.source].neuron(0);
      const bool graded =
          source.emission == Emission::kGradedSpike || source.emission == Emission::kGradedEveryStep;
      unit = graded ? std::ldexp(kVoltage, -source.graded_shift) : 1;
    }
    for (size_t i = 0; i < weight_count(connection); ++i) {
      made.weights.push_back(unit * weight_at(connection.synapses, i));
    }
    result.connections.push_back(std::move(made));
  }
  return result;
}

}  // namespace photic::host::snn
