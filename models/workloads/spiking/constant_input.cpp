// SPDX-License-Identifier: Apache-2.0
// One event a pixel, and biases that know how long the input works.
#include "models/workloads/spiking/constant_input.h"

#include <string>

#include "host/snn/snn_error.h"

namespace photic::workloads {

int32_t pixel_payload(uint8_t pixel) {
  constexpr uint32_t kWhite = 255;
  return static_cast<int32_t>((pixel * kBrightest + kWhite / 2) / kWhite);
}

host::SpikeTrain image_train(std::span<const uint8_t> pixels, uint32_t steps) {
  host::SpikeTrain train{steps, static_cast<uint32_t>(pixels.size()), {}};
  for (uint32_t i = 0; i < pixels.size(); ++i) {
    if (const int32_t payload = pixel_payload(pixels[i]); payload != 0) {
      train.events.push_back({0, i, payload});
    }
  }
  return train;
}

void check_steps(uint32_t steps, size_t layers) {
  if (steps <= layers) {
    throw host::snn::SnnError(
        host::snn::SnnError::Kind::kBadOption, "network", "steps",
        std::to_string(steps) + " do not carry an image through " + std::to_string(layers) + " layers",
        "give more steps than layers");
  }
}

host::snn::FloatNetwork with_constant_input(host::snn::FloatNetwork network, uint32_t steps) {
  const size_t layers = network.populations.size();
  check_steps(steps, layers);
  for (size_t layer = 0; layer < layers; ++layer) {
    const double hearing = static_cast<double>(steps - layer) / steps;
    for (host::snn::FloatNeuron& neuron : network.populations[layer].neurons) {
      neuron.bias *= hearing;
      if (!neuron.modes.never_fires) {
        neuron.bias += neuron.threshold / (2.0 * steps);
      }
      if (layer == 0) {
        neuron.current_keep = 1;
      }
    }
  }
  return network;
}

}  // namespace photic::workloads
