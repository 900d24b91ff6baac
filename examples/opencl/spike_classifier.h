// SPDX-License-Identifier: Apache-2.0
// A trained network as spikes on the SPU.
#pragma once

#include <cstdint>
#include <vector>

#include "examples/opencl/accelerators.h"
#include "host/data/dataset.h"
#include "host/nn/network.h"

namespace photic::example {

/// Converts, quantises to 8 bits and maps `network`, loads it, shows the first `images` test images for
/// `steps` steps each and returns the sums of every class's output: images x classes, row-major. Throws
/// std::exception.
std::vector<int32_t> classify(Accelerators& devices, host::Network& network, const host::Dataset& data,
                              size_t images, uint32_t steps);

}  // namespace photic::example
