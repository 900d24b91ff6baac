// SPDX-License-Identifier: Apache-2.0
// Ties always go to the lowest index, as integer hardware and argmax do.
#include "host/events/decoders.h"

#include <algorithm>
#include <string>

#include "host/base/error.h"

namespace photic::host {

size_t best(std::span<const double> scores) {
  if (scores.empty()) {
    throw ConfigError("decoder", "no scores", "give an output of one element or more");
  }
  return static_cast<size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

std::vector<double> count_scores(const SpikeTrain& outputs) {
  std::vector<double> scores(outputs.width);
  for (const SpikeEvent& event : outputs.events) {
    if (event.index >= scores.size()) {
      throw ConfigError(
          "counting decoder",
          "an event of element " + std::to_string(event.index) + " of " + std::to_string(scores.size()),
          "give the train its width");
    }
    scores[event.index] += event.payload;
  }
  return scores;
}

size_t decode_counts(const SpikeTrain& outputs) {
  return best(count_scores(outputs));
}

std::optional<size_t> decode_first_spike(const SpikeTrain& outputs) {
  const auto first = std::min_element(outputs.events.begin(), outputs.events.end());
  return first == outputs.events.end() ? std::nullopt : std::optional<size_t>(first->index);
}

std::vector<double> membrane_scores(std::span<const double> voltages, size_t width, MembraneScore score) {
  if (width == 0 || voltages.empty() || voltages.size() % width != 0) {
    throw ConfigError("membrane decoder",
                      std::to_string(voltages.size()) + " voltages are not steps of " + std::to_string(width),
                      "give steps x width voltages");
  }
  const auto last = voltages.last(width);
  std::vector<double> scores(voltages.begin(), voltages.begin() + static_cast<std::ptrdiff_t>(width));
  if (score == MembraneScore::kLast) {
    scores.assign(last.begin(), last.end());
    return scores;
  }
  for (size_t i = width; i < voltages.size(); ++i) {
    double& kept = scores[i % width];
    kept = score == MembraneScore::kMaximum ? std::max(kept, voltages[i]) : kept + voltages[i];
  }
  if (score == MembraneScore::kMean) {
    const size_t steps = voltages.size() / width;
    std::for_each(scores.begin(), scores.end(),
                  [steps](double& value) { value /= static_cast<double>(steps); });
  }
  return scores;
}

size_t decode_membrane(std::span<const double> voltages, size_t width, MembraneScore score) {
  return best(membrane_scores(voltages, width, score));
}

}  // namespace photic::host
