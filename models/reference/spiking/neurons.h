// SPDX-License-Identifier: Apache-2.0
// A layer of neurons in double precision: the equations of convention.h.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/graph/graph.h"
#include "models/reference/spiking/convention.h"

namespace photic::reference::spiking {

/// Any of NIR's integrators and spiking neurons, of `size()` elements.
class Neurons {
 public:
  /// Takes the parameters of `kind`, which is I, IF, LI, LIF, CubaLI or CubaLIF of a resolved graph: every
  /// array has one value an element of `shape`. Throws ReferenceError naming
  /// `node` for a parameter that does not fit, a time constant that is not positive, one below dt with
  /// Decay::kEuler, a threshold that is not positive with `many_spikes` or `floor_at_threshold`, and for `dt`
  /// (seconds) missing where the equations need it.
  static Neurons make(const std::string& node, const graph::NodeKind& kind, const graph::Shape& shape,
                      std::optional<double> dt, const Convention& convention);

  size_t size() const { return voltage_.size(); }

  /// One step: input x, output y (number of spikes, or the voltage of a neuron that does not spike).
  void step(std::span<const double> x, std::span<double> y);

  /// Forgets: currents and voltages 0.
  void reset();

  std::span<const double> voltage() const { return voltage_; }
  /// Empty for neurons without a synaptic current.
  std::span<const double> current() const { return current_; }

 private:
  Neurons() = default;

  /// v = keep v + rest + gain x, one an element.
  struct Membrane {
    std::vector<double> keep, rest, gain;
  };
  /// i = keep i + gain x.
  struct Synapse {
    std::vector<double> keep, gain;
  };

  double fire(size_t element, double& v, double before) const;

  Convention convention_;
  Membrane membrane_;
  std::optional<Synapse> synapse_;
  bool spikes_ = false;
  std::vector<double> threshold_, reset_value_;
  std::vector<double> voltage_, current_;
};

}  // namespace photic::reference::spiking
