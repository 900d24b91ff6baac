// SPDX-License-Identifier: Apache-2.0
// Integer weights over their neuron's unit.
#include "models/workloads/spiking/rate_network.h"

#include <variant>

namespace photic::workloads {

host::Network rate_network(const host::snn::FloatNetwork& balanced, const host::snn::Quantised& quantised) {
  host::NetworkConfig config;
  config.inputs = graph::elements(balanced.input_shape);
  config.classes = balanced.populations.back().size();
  config.activation = host::Activation::kRelu;
  config.hidden.clear();
  for (size_t layer = 0; layer + 1 < balanced.populations.size(); ++layer) {
    config.hidden.push_back(balanced.populations[layer].size());
  }
  host::Network network(config, 0);
  for (size_t layer = 0; layer < balanced.populations.size(); ++layer) {
    const auto& weights =
        std::get<host::snn::DenseSynapses>(quantised.network.connections[layer].synapses).weights;
    const std::vector<double>& units = quantised.report.populations[layer].scale;
    const std::vector<host::Parameter*> parameters = network.parameters(layer);
    host::Matrix& weight = parameters[0]->value;
    for (size_t target = 0; target < weight.cols(); ++target) {
      const double unit = units.size() == 1 ? units[0] : units[target];
      for (size_t source = 0; source < weight.rows(); ++source) {
        weight(source, target) = static_cast<float>(weights[target * weight.rows() + source] / unit);
      }
      parameters[1]->value(0, target) = static_cast<float>(balanced.populations[layer].neuron(target).bias);
    }
  }
  return network;
}

}  // namespace photic::workloads
