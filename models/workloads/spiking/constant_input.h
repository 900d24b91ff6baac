// SPDX-License-Identifier: Apache-2.0
// An image that is sent once and works all the time.
#pragma once

#include <cstdint>
#include <span>

#include "host/events/spike_train.h"
#include "host/snn/float_network.h"

namespace photic::workloads {

/// Payload of the brightest pixel. Six bits: rates are no finer, and weights keep theirs, since a neuron that
/// counts up to two thresholds in 24 bits has room for the weights of this many levels.
inline constexpr uint32_t kBrightest = 63;

/// The payload of a pixel of 0 to 255.
int32_t pixel_payload(uint8_t pixel);

/// Every pixel that is not 0 as one event of the first step.
host::SpikeTrain image_train(std::span<const uint8_t> pixels, uint32_t steps);

/// Throws SnnError (kBadOption) unless there are more steps than layers.
void check_steps(uint32_t steps, size_t layers);

/// Fits a network of convert_relu to inputs of image_train and `steps` steps in all. The first layer's
/// currents do not decay, so that what arrives in the first step drives it in every step. Layer l hears from
/// its inputs in steps - l of the steps, and its bias gives as much in all of them as it would in those. A
/// layer that fires starts half a threshold ahead, spread over its bias: its count of spikes is then the
/// nearest whole number, not the one below (Rueckauer et al., Frontiers in Neuroscience 11, 682 (2017)).
/// Throws as check_steps.
host::snn::FloatNetwork with_constant_input(host::snn::FloatNetwork network, uint32_t steps);

}  // namespace photic::workloads
