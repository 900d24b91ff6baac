// SPDX-License-Identifier: Apache-2.0
// Executes a spiking graph in double precision, step by step: what integer networks and devices are judged
// by.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/graph/graph.h"
#include "models/reference/spiking/convention.h"
#include "models/reference/spiking/error.h"

namespace photic::reference::spiking {

struct Options {
  std::optional<double> dt;  // length of a step, seconds; needed where a parameter is a time
  Convention convention;
};

/// What of a node is looked at.
enum class Quantity {
  kOutput,   // what it sends: spikes (their number), or values
  kVoltage,  // of neurons, after the reset
  kCurrent,  // of neurons with a synaptic current
};

struct Probe {
  std::string node;
  Quantity quantity = Quantity::kOutput;
};

/// What a run left behind. Each array is steps x elements, row-major.
struct Record {
  size_t steps = 0;
  std::vector<double> output;               // of all Output nodes
  std::vector<std::vector<double>> probes;  // in the order asked for
};

/// A graph ready to run. Nodes in a graph inside the graph are named as photic::graph flattens them.
///
/// In every step each node is computed once, after the nodes it reads from; plan.h says which values come
/// from the step before. Several Input nodes (and Outputs) share one vector, in the order of their names.
class Network {
 public:
  /// Throws graph::GraphError for a graph without meaning, ReferenceError for one this convention cannot
  /// execute: a time without `dt`, a delay that is not whole steps, parameters out of range.
  Network(const graph::Graph& graph, const Options& options);
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  /// Elements of all Input nodes, and of all Output nodes.
  size_t inputs() const;
  size_t outputs() const;

  /// Forgets everything: voltages, currents, delays and late values are 0.
  void reset();

  /// One step. Throws ReferenceError unless `input` has inputs() values.
  void step(std::span<const double> input);

  /// What the Output nodes hold after the last step.
  std::span<const double> output() const;

  /// A node's values after the last step. Throws ReferenceError for an unknown node and for a quantity that
  /// it does not have.
  std::span<const double> value(const Probe& probe) const;

  /// reset, then a step for every inputs() values of `input` (steps x inputs, row-major). Throws
  /// ReferenceError for another size and for a probe that value() refuses.
  Record run(std::span<const double> input, const std::vector<Probe>& probes = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace photic::reference::spiking
