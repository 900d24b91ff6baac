// SPDX-License-Identifier: Apache-2.0
// Images in, sums of the classes out.
#include "models/workloads/spiking/classify.h"

#include <algorithm>

#include "host/snn/energy.h"
#include "models/workloads/spiking/constant_input.h"

namespace photic::workloads {
namespace {

constexpr uint32_t kImagesACommand = 100;

uint64_t sum_over_cores(const std::vector<host::snn::UnitCounters>& units, abi::SpuCounter counter) {
  uint64_t sum = 0;
  for (size_t core = 0; core + 1 < units.size(); ++core) {
    sum += units[core][static_cast<size_t>(counter)];
  }
  return sum;
}

}  // namespace

std::vector<host::SpikeTrain> first_images(const host::LabelledImages& images, size_t count, uint32_t steps) {
  std::vector<host::SpikeTrain> trains;
  for (size_t i = 0; i < std::min(count, images.count()); ++i) {
    trains.push_back(
        image_train(std::span(images.pixels).subspan(i * images.features, images.features), steps));
  }
  return trains;
}

size_t answer(const host::snn::RunResult& result, size_t image) {
  size_t best = 0;
  for (size_t output = 1; output < result.outputs; ++output) {
    best = result.value(image, 0, output) > result.value(image, 0, best) ? output : best;
  }
  return best;
}

SpikingScore classify(host::snn::Runner& device, const SpikingClassifier& classifier,
                      const host::LabelledImages& images, size_t count, const std::string& table,
                      const std::function<bool(double)>& progress) {
  const std::vector<host::SpikeTrain> trains = first_images(images, count, classifier.steps);
  const abi::SpuEnergyTable& energies = host::snn::energy_table(table);
  device.clear_counters();
  host::snn::RunOptions options;
  options.samples_a_command = kImagesACommand;
  options.progress = progress;
  const host::snn::RunResult result = device.run(trains, options);
  SpikingScore score;
  score.images = result.samples;
  score.cycles = result.cycles;
  for (size_t i = 0; i < result.samples; ++i) {
    score.correct += answer(result, i) == images.labels[i] ? 1 : 0;
    score.input_events += trains[i].events.size();
  }
  const std::vector<host::snn::UnitCounters> units = device.counters();
  score.spikes = sum_over_cores(units, abi::SpuCounter::SPIKES);
  score.operations = sum_over_cores(units, abi::SpuCounter::SYNAPTIC_OPS);
  score.joules = host::snn::joules(units, energies, host::snn::seconds_of(score.cycles));
  return score;
}

}  // namespace photic::workloads
