// SPDX-License-Identifier: Apache-2.0
// From numbers to spikes.
#pragma once

#include <cstdint>
#include <span>

#include "host/events/spike_train.h"

namespace photic::host {

/// Random rate code: element i spikes at step t with probability rates[i], each (i, t) a draw of its own, a
/// function of `seed`, i and t alone. Throws ConfigError for a rate outside [0, 1].
SpikeTrain encode_random_rate(std::span<const double> rates, uint32_t steps, uint64_t seed);

/// Regular rate code: after t steps element i has spiked floor(t x rates[i]) times. Throws ConfigError for a
/// rate outside [0, 1].
SpikeTrain encode_regular_rate(std::span<const double> rates, uint32_t steps);

/// Time to first spike: element i spikes once, at step round((1 - values[i]) x (steps - 1)), halves up; 0
/// never spikes. Throws ConfigError for a value outside [0, 1].
SpikeTrain encode_latency(std::span<const double> values, uint32_t steps);

/// Integrate and fire: at every step v += pixel; when v > 255 the element spikes and v = 0. The encoder of
/// the integer networks trained for Loihi on MNIST.
SpikeTrain encode_integrate(std::span<const uint8_t> pixels, uint32_t steps);

/// Direct current: every element's value as payload, at every step; 0 sends nothing.
SpikeTrain encode_current(std::span<const int32_t> values, uint32_t steps);

}  // namespace photic::host
