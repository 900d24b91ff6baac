// SPDX-License-Identifier: Apache-2.0
// Convert, classify, replay.
#include "models/workloads/optical_dfa/spiking.h"

#include <algorithm>

#include "host/snn/energy.h"
#include "host/snn/snn_error.h"
#include "models/workloads/spiking/accuracy.h"
#include "models/workloads/spiking/constant_input.h"

namespace photic::workloads {
namespace {

using host::snn::SnnError;

SpikingRow classify_in(uint32_t steps, const SpikingOptions& options, SpikingClassifier& classifier,
                       const host::Dataset& data, const std::atomic<bool>& stop, Console& console) {
  const size_t count = options.images == 0 ? data.test.count() : options.images;
  SpikingRow row;
  row.steps = steps;
  row.rate_accuracy = rate_accuracy(classifier.rates, data, count);
  host::snn::Runner runner(options.device, classifier.program);
  row.score = classify(runner, classifier, data.test, count, options.energy, [&](double share) {
    console.spikes_progress(steps, share);
    return !stop;
  });
  return row;
}

}  // namespace

void check(const SpikingOptions& options, size_t layers) {
  for (const uint32_t steps : options.steps) {
    check_steps(steps, layers);
  }
  host::snn::energy_table(options.energy);
  const abi::SpuPreset preset = host::snn::device_preset(options.device);
  if (options.replay == "none") {
    return;
  }
  const abi::SpuPreset other = host::snn::device_preset(options.replay);
  if (other.name != preset.name) {
    throw SnnError(SnnError::Kind::kBadOption, "device " + options.replay, "geometry",
                   "is '" + std::string(other.name) + "', and the program is made for '" +
                       std::string(preset.name) + "'",
                   "give both devices one geometry");
  }
}

std::optional<bool> run_spikes(const SpikingOptions& options, Outcome& trained, const host::Dataset& data,
                               const std::atomic<bool>& stop, Console& console) {
  try {
    const abi::SpuPreset preset = host::snn::device_preset(options.device);
    const size_t count = options.images == 0 ? data.test.count() : options.images;
    SpikingTable table{options.device, options.energy, trained_accuracy(*trained.network, data, count), {}};
    std::optional<SpikingClassifier> classifier;
    for (const uint32_t steps : options.steps) {
      SpikingSettings settings;
      settings.steps = steps;
      classifier.emplace(make_classifier(*trained.network, data, preset, settings));
      if (table.rows.empty()) {
        console.spikes_begin(options.device, *classifier);
      }
      table.rows.push_back(classify_in(steps, options, *classifier, data, stop, console));
    }
    console.spikes(table);
    if (options.replay == "none" || !classifier) {
      return true;
    }
    console.replaying(options.replay);
    const SpikingReplay replayed = replay(options.device, options.replay, *classifier, data.test,
                                          options.replayed_images, [&](size_t images) {
                                            console.spikes_replay_progress(images, options.replayed_images);
                                            return !stop;
                                          });
    console.spikes_replayed(options.replay, replayed);
    return replayed.same();
  } catch (const SnnError& error) {
    if (error.kind() == SnnError::Kind::kCancelled) {
      return std::nullopt;
    }
    throw;
  }
}

}  // namespace photic::workloads
