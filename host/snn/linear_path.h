// SPDX-License-Identifier: Apache-2.0
// The nodes without a state between two populations, folded into one set of synapses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/snn/for_each_synapse.h"
#include "models/graph/graph.h"

namespace photic::host::snn {

/// y = W x, x of shape `in`, y of shape `out`, y late by `delay` steps and each synapse's own. Weights as in
/// FloatConnection.
struct LinearPath {
  Shape in, out;
  Synapses synapses;
  std::vector<double> weights;
  uint32_t delay = 0;
  std::string name;  // of the nodes, joined by "+"
};

/// y = x.
LinearPath identity_path(const Shape& shape);
/// y = factors . x, element by element.
LinearPath diagonal_path(const Shape& shape, const std::vector<double>& factors);

/// The linear part of a node of a resolved graph (its bias aside); nothing for kinds with a state. Throws
/// SnnError naming `node`: kTimeStep for a Delay without `dt` (seconds), kDelay for one that is not whole
/// steps (to a millionth of a step) or above 255 steps where elements differ.
std::optional<LinearPath> path_of(const std::string& node, const graph::NodeKind& kind, const Shape& input,
                                  const Shape& output, std::optional<double> dt);

/// First `first`, then `second`. Keeps convolutions and pools where the result is one; else synapses one by
/// one. Throws SnnError (kUnsupported) for more than 2^26 of them.
LinearPath compose(const LinearPath& first, const LinearPath& second);

/// The same synapses one by one.
LinearPath to_sparse(const LinearPath& path);

/// W x alone, delays aside.
std::vector<double> multiply(const LinearPath& path, const std::vector<double>& x);

/// The bias of a node, one an element of its output; empty for a node without.
std::vector<double> bias_of(const graph::NodeKind& kind, const Shape& output);

}  // namespace photic::host::snn
