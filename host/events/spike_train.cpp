// SPDX-License-Identifier: Apache-2.0
// Between lists of events and dense arrays.
#include "host/events/spike_train.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "host/base/error.h"

namespace photic::host {
namespace {

const char* const kWhere = "spike train";

void check(const SpikeTrain& train) {
  for (size_t i = 0; i < train.events.size(); ++i) {
    const SpikeEvent& event = train.events[i];
    if (event.step >= train.steps || event.index >= train.width) {
      throw ConfigError(kWhere,
                        "event " + std::to_string(i) + " is at step " + std::to_string(event.step) +
                            ", index " + std::to_string(event.index) + ", outside " +
                            std::to_string(train.steps) + " steps of " + std::to_string(train.width),
                        "give more steps, or drop the event");
    }
  }
}

}  // namespace

SpikeTrain make_spike_train(uint32_t steps, uint32_t width, std::vector<SpikeEvent> events) {
  SpikeTrain train{steps, width, std::move(events)};
  check(train);
  std::sort(train.events.begin(), train.events.end());
  return train;
}

std::vector<double> to_dense(const SpikeTrain& train) {
  check(train);
  std::vector<double> values(size_t{train.steps} * train.width);
  for (const SpikeEvent& event : train.events) {
    values[size_t{event.step} * train.width + event.index] += event.payload;
  }
  return values;
}

SpikeTrain from_dense(const std::vector<double>& values, uint32_t steps, uint32_t width) {
  if (values.size() != size_t{steps} * width) {
    throw ConfigError(kWhere,
                      "has " + std::to_string(values.size()) + " values, not " + std::to_string(steps) +
                          " steps of " + std::to_string(width),
                      "give steps x width values");
  }
  SpikeTrain train{steps, width, {}};
  for (size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    if (!(std::abs(value) <= std::numeric_limits<int32_t>::max()) || value != std::nearbyint(value)) {
      throw ConfigError(kWhere, "value " + std::to_string(i) + " is " + std::to_string(value),
                        "payloads are whole numbers of 32 bits");
    }
    if (value != 0) {
      train.events.push_back(
          {static_cast<uint32_t>(i / width), static_cast<uint32_t>(i % width), static_cast<int32_t>(value)});
    }
  }
  return train;
}

}  // namespace photic::host
