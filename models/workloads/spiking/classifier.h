// SPDX-License-Identifier: Apache-2.0
// From a trained network to a program of a spiking processing unit.
#pragma once

#include <cstdint>

#include "host/data/dataset.h"
#include "host/nn/network.h"
#include "host/snn/float_network.h"
#include "host/snn/program.h"
#include "host/snn/quantise.h"

namespace photic::workloads {

struct SpikingSettings {
  uint32_t steps = 16;        // of one image, from its pixels to its class
  int bits = 8;               // of a weight
  double percentile = 99.9;   // of a layer's activations: what a spike in every step stands for
  size_t calibration = 2000;  // first training images, on which that is measured
  bool operator==(const SpikingSettings&) const = default;
};

/// The network as neurons, thresholds balanced on the first training images; its inputs are payloads of
/// pixels (constant_input.h), not yet fitted to a number of steps. Throws SnnError as convert_relu.
host::snn::FloatNetwork balanced_on(host::Network& trained, const host::Dataset& data,
                                    const SpikingSettings& settings);

/// A classifier in spikes, and the same in rates for comparison.
struct SpikingClassifier {
  uint32_t steps = 0;
  host::snn::Program program;
  host::snn::QuantisationReport report;
  /// The ReLU network of the program's weights; its inputs are payloads.
  host::Network rates;
};

/// Balances thresholds on training data, quantises and maps. Throws SnnError as convert_relu, quantise and
/// map_network.
SpikingClassifier make_classifier(host::Network& trained, const host::Dataset& data,
                                  const abi::SpuPreset& preset, const SpikingSettings& settings);

}  // namespace photic::workloads
