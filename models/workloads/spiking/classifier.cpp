// SPDX-License-Identifier: Apache-2.0
// Convert, fit to the input, quantise, map.
#include "models/workloads/spiking/classifier.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "host/snn/convert.h"
#include "host/snn/map.h"
#include "models/workloads/spiking/constant_input.h"
#include "models/workloads/spiking/rate_network.h"

namespace photic::workloads {

host::snn::FloatNetwork balanced_on(host::Network& trained, const host::Dataset& data,
                                    const SpikingSettings& settings) {
  std::vector<uint32_t> first(std::min(settings.calibration, data.train.count()));
  std::iota(first.begin(), first.end(), 0u);
  host::Matrix calibration;
  std::vector<uint8_t> labels;
  host::gather(data.train, first, data.mean, data.deviation, calibration, labels);
  host::snn::ConvertOptions options;
  options.percentile = settings.percentile;
  options.input_scale = 1.0 / (kBrightest * static_cast<double>(data.deviation));
  options.input_offset = -static_cast<double>(data.mean) / static_cast<double>(data.deviation);
  return host::snn::convert_relu(trained, calibration, options);
}

SpikingClassifier make_classifier(host::Network& trained, const host::Dataset& data,
                                  const abi::SpuPreset& preset, const SpikingSettings& settings) {
  const host::snn::FloatNetwork balanced = balanced_on(trained, data, settings);
  host::snn::QuantiseOptions quantise;
  quantise.bits = settings.bits;
  quantise.input_payload = static_cast<int32_t>(kBrightest);
  host::snn::Quantised quantised =
      host::snn::quantise(with_constant_input(balanced, settings.steps), quantise);
  host::snn::MapOptions map;
  map.input_payload = quantise.input_payload;
  return {settings.steps, host::snn::map_network(quantised.network, preset, map), quantised.report,
          rate_network(balanced, quantised)};
}

}  // namespace photic::workloads
