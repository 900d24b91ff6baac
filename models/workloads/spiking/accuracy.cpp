// SPDX-License-Identifier: Apache-2.0
// Batches through a network, largest scores beside labels.
#include "models/workloads/spiking/accuracy.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "models/workloads/spiking/constant_input.h"

namespace photic::workloads {
namespace {

/// Fills its second argument with the inputs of the images its first names.
using Gather = std::function<void(std::span<const uint32_t>, host::Matrix&)>;

double accuracy(host::Network& network, const host::LabelledImages& images, size_t count,
                const Gather& gather) {
  constexpr size_t kBatch = 500;
  const size_t total = std::min(count, images.count());
  size_t correct = 0;
  for (size_t first = 0; first < total; first += kBatch) {
    std::vector<uint32_t> order(std::min(kBatch, total - first));
    std::iota(order.begin(), order.end(), static_cast<uint32_t>(first));
    host::Matrix batch;
    gather(order, batch);
    const host::ConstMatrixRef scores = network.forward(batch, host::Pass{});
    for (size_t row = 0; row < order.size(); ++row) {
      const float* best = std::max_element(scores.row(row), scores.row(row) + scores.cols);
      correct += static_cast<size_t>(best - scores.row(row)) == images.labels[order[row]] ? 1 : 0;
    }
  }
  return total == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(total);
}

}  // namespace

double trained_accuracy(host::Network& trained, const host::Dataset& data, size_t count) {
  return accuracy(trained, data.test, count, [&](std::span<const uint32_t> order, host::Matrix& batch) {
    std::vector<uint8_t> labels;
    host::gather(data.test, order, data.mean, data.deviation, batch, labels);
  });
}

double rate_accuracy(host::Network& rates, const host::Dataset& data, size_t count) {
  return accuracy(rates, data.test, count, [&](std::span<const uint32_t> order, host::Matrix& batch) {
    batch.resize(order.size(), data.test.features);
    for (size_t row = 0; row < order.size(); ++row) {
      const uint8_t* pixels = data.test.pixels.data() + order[row] * data.test.features;
      std::transform(pixels, pixels + data.test.features, batch.ref().row(row),
                     [](uint8_t pixel) { return static_cast<float>(pixel_payload(pixel)); });
    }
  });
}

}  // namespace photic::workloads
