// SPDX-License-Identifier: Apache-2.0
// From real numbers to the device's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host/snn/float_network.h"
#include "host/snn/integer_network.h"

namespace photic::host::snn {

enum class Scheme {
  kPerNeuron,  // a step of its own for each neuron (each channel behind a convolution), chosen by least
               // squares and folded into the neuron's own threshold, bias and reset: the equation is linear
               // up to rounding, so a neuron may count in any unit
  kSymmetric   // one step a connection, the largest weight its end; plain rounding
};

struct QuantiseOptions {
  int bits = 8;                     // of a weight, 1 to 8; stored in 1, 2, 4 or 8
  std::map<std::string, int> only;  // bits of connections by name, in place of `bits`
  Scheme scheme = Scheme::kPerNeuron;
  /// With kPerNeuron: round so that errors of weights that see neighbouring or many inputs cancel.
  bool balance = true;
  /// With kPerNeuron, 1 and 2 bits: odd levels too, where they fit better.
  bool bipolar = true;
  /// Voltages up to so many thresholds are held without saturation, where weights do not lose precision by
  /// it; up to 2 always.
  double headroom = 64;
  /// Largest magnitude of an input event's payload.
  int32_t input_payload = 1;
};

/// Error of a connection's weights, as shares of their RMS and of the largest.
struct WeightError {
  std::string connection;
  int bits = 0;
  double rms = 0, largest = 0;
};

/// Errors of a population's constants. `scale` is the device's weight units in one unit of the float network,
/// one for all neurons or one each: v of the device is 64 scale v.
struct PopulationError {
  std::string population;
  double threshold = 0;             // largest, as a share of the threshold
  double decay = 0;                 // largest, absolute, of what a step keeps
  double threshold_units = 0;       // smallest threshold in weight units: rounding is a part in so many
  double input_headroom = 0;        // what 24 bits hold over the sum when every source sends at once
  double accumulator_headroom = 0;  // the same of the 32 bits of an accumulator
  std::vector<double> scale;
};

struct QuantisationReport {
  std::vector<WeightError> weights;
  std::vector<PopulationError> populations;
};

struct Quantised {
  IntegerNetwork network;
  QuantisationReport report;
};

/// The network in the device's integers. v uses as much of its 24 bits as `headroom` leaves. Throws SnnError:
/// kBadOption for bits or headroom out of range or a name in `only` that is no connection, kBadNetwork for
/// numbers that are not finite, kOverflow naming the population whose inputs could exceed an accumulator.
Quantised quantise(const FloatNetwork& network, const QuantiseOptions& options);

/// The same from a network in integers, whose weights have more bits.
Quantised requantise(const IntegerNetwork& network, const QuantiseOptions& options);

}  // namespace photic::host::snn
