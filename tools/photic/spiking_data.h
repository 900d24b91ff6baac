// SPDX-License-Identifier: Apache-2.0
// Labelled samples as trains of spikes, from images or from a camera's events.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "host/events/spike_train.h"

namespace photic::tools {

/// What is shown to a network, and how. Names are those of `photic snn run`.
struct DataSettings {
  std::string data;    // mnist, fashion, fashion-mnist, nmnist, or an archive or recording of N-MNIST
  std::string list;    // samples of an archive; empty: test100.txt
  std::string encode;  // images: integrate, rate, regular, latency, current, once; events: floor, nearest;
                       // empty: first
  uint32_t steps = 0;  // in which there is input; 0: 20 for images, 300 for events
  uint32_t step_microseconds = 1000;  // events only
  uint64_t seed = 0;                  // of the code `rate`
};

struct Sample {
  host::SpikeTrain input;
  std::optional<uint8_t> label;  // none where the data say nothing
};

/// Samples in a fixed order, made one at a time.
class Samples {
 public:
  virtual ~Samples() = default;
  virtual size_t count() const = 0;
  /// Elements of a sample.
  virtual size_t width() const = 0;
  /// Images are shown from the first step to the last; networks need steps besides to answer.
  virtual bool images() const = 0;
  /// Largest payload of an event.
  virtual int32_t payload() const = 0;
  /// Sample `index` < count(). Throws EventError for a recording that is damaged.
  virtual Sample sample(size_t index) const = 0;
};

/// Throws ConfigError for unknown names, DataError or EventError for what is missing or damaged.
std::unique_ptr<Samples> open_samples(DataSettings settings);

}  // namespace photic::tools
