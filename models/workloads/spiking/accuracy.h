// SPDX-License-Identifier: Apache-2.0
// Share of right answers before anything spikes: what conversion and quantisation start from.
#pragma once

#include "host/data/dataset.h"
#include "host/nn/network.h"

namespace photic::workloads {

/// Of a network as it was trained, on the first `count` test images (all, if there are fewer).
double trained_accuracy(host::Network& trained, const host::Dataset& data, size_t count);

/// Of SpikingClassifier::rates, on the same.
double rate_accuracy(host::Network& rates, const host::Dataset& data, size_t count);

}  // namespace photic::workloads
