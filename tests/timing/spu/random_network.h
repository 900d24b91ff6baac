// SPDX-License-Identifier: Apache-2.0
// A random network with everything in it, on a bench.
#pragma once

#include <cstdint>

#include "tests/timing/spu/program.h"

namespace photic::test {

/// Loads a program in which every core, format, delay and mode is in use and none is at fault; `poison` of
/// the fan-out entries in a thousand send wrong parity.
void load_random_network(SpuBench& bench, uint64_t seed, uint32_t poison = 0);

/// A run of `steps` steps with random inputs at kSource, records at kDestination and, with `traced`, a trace
/// behind them.
abi::SpuRun random_run(SpuBench& bench, uint64_t seed, uint32_t steps, abi::SpuRecord record, bool traced);

}  // namespace photic::test
