// SPDX-License-Identifier: Apache-2.0
// Images shown to a spiking classifier, and what that took.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/data/dataset.h"
#include "host/snn/runner.h"
#include "models/workloads/spiking/classifier.h"

namespace photic::workloads {

/// Sums over images; counts are those of the device's counters.
struct SpikingScore {
  size_t images = 0, correct = 0;
  uint64_t input_events = 0;
  uint64_t spikes = 0;      // of neurons; those of the classes send their sums as spikes do
  uint64_t operations = 0;  // weights added in cores
  uint64_t cycles = 0;      // 0 on an untimed device
  double joules = 0;        // of the events counted, by the table named

  double accuracy() const { return static_cast<double>(correct) / static_cast<double>(images); }
  double mean(uint64_t sum) const { return static_cast<double>(sum) / static_cast<double>(images); }
};

/// The first `count` images, or all if there are fewer.
std::vector<host::SpikeTrain> first_images(const host::LabelledImages& images, size_t count, uint32_t steps);

/// The class with the largest sum, the lowest on a tie.
size_t answer(const host::snn::RunResult& result, size_t image);

/// Shows the first `count` images, some hundred a command. `progress` is called after each command with the
/// share done; if it returns false, SnnError (kCancelled) is thrown. `table` names an energy table of the
/// specification.
SpikingScore classify(host::snn::Runner& device, const SpikingClassifier& classifier,
                      const host::LabelledImages& images, size_t count, const std::string& table,
                      const std::function<bool(double)>& progress = {});

}  // namespace photic::workloads
