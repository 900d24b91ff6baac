// SPDX-License-Identifier: Apache-2.0
// From a graph in continuous time to a network in steps.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "host/snn/float_network.h"
#include "models/graph/graph.h"
#include "models/reference/spiking/convention.h"

namespace photic::host::snn {

struct DiscretiseOptions {
  /// Length of a step in seconds; needed where a parameter is a time.
  std::optional<double> dt;
  /// How time becomes steps: reference::spiking::preset("snntorch"), "norse", "nir", "loihi" or "sinabs",
  /// changed at will. Its `latency` is not followed: on the device what a population sends at step t always
  /// arrives at step t + 1, and an input event at step t itself.
  reference::spiking::Convention convention;
};

/// The network a graph is in steps of `dt`. Every node with a state (and every Threshold) becomes a
/// population of its name, nodes between them are folded into connections, and what reaches an Output through
/// a matrix becomes a population without memory, "<output>.readout". Populations that never fire send their
/// voltage in every step.
///
/// u of the device is the current times r dt / tau_mem, so that v is the graph's v. A constant current from a
/// bias counts from the first step on in v, where the graph would let the synapse charge first; `notes` says
/// so, and where else the device differs.
///
/// Throws graph::GraphError for a graph without meaning; SnnError naming node and parameter: kTimeStep
/// without `dt` where it is needed or for a tau below it, kDelay, kUnsupported for what the device cannot do
/// (several Input or Output nodes, many_spikes, floor_at_threshold).
FloatNetwork discretise(const graph::Graph& graph, const DiscretiseOptions& options);

/// One neuron node's constants, and the factors its input is to be multiplied with.
struct NeuronConstants {
  std::vector<FloatNeuron> neurons;  // one an element, or one if all are equal
  std::vector<double> gain;          // one an element
  bool late = false;                 // the membrane sees the current of the step before
};

/// Constants of a node with a state (not a Delay), or a Threshold, of a resolved graph with `size` elements;
/// `bias` is what reaches it in every step, one an element or empty. Throws as discretise.
NeuronConstants neuron_constants(const std::string& node, const graph::NodeKind& kind, size_t size,
                                 const std::vector<double>& bias, const DiscretiseOptions& options);

}  // namespace photic::host::snn
