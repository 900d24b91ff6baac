// SPDX-License-Identifier: Apache-2.0
// Any tree is an integer network whose parts fit each other, or a GraphFileError.
#include <cstdlib>

#include "host/graph/net.h"
#include "tests/fuzz/graph/tree_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto tree = photic::fuzz::tree_from(data, size);
  if (!tree) {
    return 0;
  }
  try {
    const auto network = photic::host::network_from_tree(*tree, "input");
    for (const auto& connection : network.connections) {
      const bool from_input = connection.source == photic::host::snn::kInput;
      if (connection.target >= network.populations.size() ||
          (!from_input && connection.source >= network.populations.size())) {
        std::abort();
      }
      const size_t sources = photic::graph::elements(
          from_input ? network.input_shape : network.populations[connection.source].shape);
      const size_t targets = network.populations[connection.target].size();
      const auto* dense = std::get_if<photic::host::snn::DenseSynapses>(&connection.synapses);
      if (dense != nullptr && dense->weights.size() != sources * targets) {
        std::abort();
      }
      if (const auto* sparse = std::get_if<photic::host::snn::SparseSynapses>(&connection.synapses)) {
        for (const auto& synapse : sparse->synapses) {
          if (synapse.source >= sources || synapse.target >= targets) {
            std::abort();
          }
        }
      }
    }
    for (const auto& population : network.populations) {
      if (population.neurons.size() != 1 && population.neurons.size() != population.size()) {
        std::abort();
      }
    }
  } catch (const photic::host::GraphFileError&) {
    return 0;
  }
  return 0;
}
