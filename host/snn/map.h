// SPDX-License-Identifier: Apache-2.0
// From a network in integers to a device's memories.
#pragma once

#include <functional>
#include <vector>

#include "drivers/abi/geometry.h"
#include "host/snn/integer_network.h"
#include "host/snn/program.h"

namespace photic::host::snn {

struct MapOptions {
  /// Populations that the host hears besides the network's outputs; their elements follow these.
  std::vector<size_t> probes;
  /// Largest magnitude of an input event's payload.
  int32_t input_payload = 1;
  /// Few cores rather than a core for each piece.
  bool fewest_cores = false;
  /// Called now and then with the share of the work done; returns false to end with SnnError (kCancelled).
  std::function<bool(double)> progress;
};

/// The program that makes a device of this geometry compute exactly what the network is: each weight, delay
/// and constant is kept. Deterministic. Throws SnnError: kBadNetwork, kBadOption, kOverflow, kDelay, kFormat,
/// kDoesNotFit or kCancelled, each naming the place.
///
/// One axon a (source, core, connection), shared by the sources of a core that do the same; a source needs
/// more than one only where a walk has more than 15 rows or columns, or groups of channels start inside a
/// group of lanes.
Program map_network(const IntegerNetwork& network, const abi::SpuPreset& preset,
                    const MapOptions& options = {});

}  // namespace photic::host::snn
