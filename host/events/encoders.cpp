// SPDX-License-Identifier: Apache-2.0
// Every encoder walks steps, then elements, so that trains come out sorted.
#include "host/events/encoders.h"

#include <cmath>
#include <string>

#include "host/base/error.h"
#include "models/numerics/counter_random.h"

namespace photic::host {
namespace {

/// Purposes from 512 belong to the encoders of events.
constexpr numerics::Purpose kRateStream = 512;
constexpr uint32_t kFullPixel = 255;

void check_unit(std::span<const double> values, const char* encoder, const char* what) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] >= 0 && values[i] <= 1)) {
      throw ConfigError(encoder,
                        std::string(what) + " " + std::to_string(i) + " is " + std::to_string(values[i]),
                        "scale to 0 .. 1");
    }
  }
}

/// The train of `payload(step, index)` wherever that is not 0.
template <typename Payload>
SpikeTrain collect(size_t width, uint32_t steps, Payload payload) {
  SpikeTrain train{steps, static_cast<uint32_t>(width), {}};
  for (uint32_t step = 0; step < steps; ++step) {
    for (uint32_t index = 0; index < train.width; ++index) {
      if (const int32_t value = payload(step, index); value != 0) {
        train.events.push_back({step, index, value});
      }
    }
  }
  return train;
}

}  // namespace

SpikeTrain encode_random_rate(std::span<const double> rates, uint32_t steps, uint64_t seed) {
  check_unit(rates, "random rate encoder", "rate");
  const numerics::CounterRandom random(seed, kRateStream);
  return collect(rates.size(), steps, [&](uint32_t step, uint32_t index) {
    return random.uniform(step, index) < rates[index] ? 1 : 0;
  });
}

SpikeTrain encode_regular_rate(std::span<const double> rates, uint32_t steps) {
  check_unit(rates, "regular rate encoder", "rate");
  return collect(rates.size(), steps, [&](uint32_t step, uint32_t index) {
    return std::floor((step + 1.0) * rates[index]) > std::floor(step * rates[index]) ? 1 : 0;
  });
}

SpikeTrain encode_latency(std::span<const double> values, uint32_t steps) {
  check_unit(values, "latency encoder", "value");
  return collect(values.size(), steps, [&](uint32_t step, uint32_t index) {
    return values[index] > 0 && std::floor((1 - values[index]) * (steps - 1.0) + 0.5) == step ? 1 : 0;
  });
}

SpikeTrain encode_integrate(std::span<const uint8_t> pixels, uint32_t steps) {
  std::vector<uint32_t> voltages(pixels.size());
  return collect(pixels.size(), steps, [&](uint32_t, uint32_t index) {
    uint32_t& v = voltages[index];
    v += pixels[index];
    const bool fires = v > kFullPixel;
    v = fires ? 0 : v;
    return fires ? 1 : 0;
  });
}

SpikeTrain encode_current(std::span<const int32_t> values, uint32_t steps) {
  return collect(values.size(), steps, [&](uint32_t, uint32_t index) { return values[index]; });
}

}  // namespace photic::host
