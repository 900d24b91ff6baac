// SPDX-License-Identifier: Apache-2.0
// Whether an integer network is one the device's numbers can hold.
#pragma once

#include <cstdint>

#include "host/snn/integer_network.h"

namespace photic::host::snn {

/// Throws SnnError (kBadNetwork) naming population or connection: indices and sizes that do not fit, numbers
/// outside their fields, an output that sends nothing.
void check_network(const IntegerNetwork& network);

/// Largest magnitude that can arrive in one step at any neuron of `population`: every source sends at once,
/// inputs with `input_payload`, graded sources with the largest payload.
int64_t worst_input(const IntegerNetwork& network, size_t population, int32_t input_payload);

/// Throws SnnError (kOverflow) naming the population where that exceeds the 32 bits of an accumulator.
void check_accumulators(const IntegerNetwork& network, int32_t input_payload = 1);

}  // namespace photic::host::snn
