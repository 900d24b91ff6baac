// SPDX-License-Identifier: Apache-2.0
// The host's random numbers: a value is a pure function of (seed, purpose, lane, index), so any value can be
// drawn in any order, on any thread, again.
#pragma once

#include <array>
#include <cstdint>

#include "models/numerics/counter_random.h"

namespace photic::host {

/// What a stream of random numbers is for; two purposes of one seed never share values.
enum class Purpose : numerics::Purpose {
  kInit = 256,  // numbers below belong to the device models
  kShuffle,
  kDropout,
  kTernary,
  kFeedback,
  kNoise,
};

/// One stream; `lane` is the caller's own number (layer, epoch, step).
class RandomStream {
 public:
  RandomStream(uint64_t seed, Purpose purpose, uint64_t lane)
      : random_(seed, static_cast<numerics::Purpose>(purpose)), lane_(lane) {}

  /// Uniform in [0, 1), a multiple of 2^-24.
  float uniform(uint64_t index) const;

  /// Uniform in [0, bound), bound > 0.
  uint64_t below(uint64_t bound, uint64_t index) const { return random_.below(bound, index, lane_); }

  /// Standard normal (Box-Muller on the two halves of one draw).
  float normal(uint64_t index) const;

  /// Eight independent uniform 16-bit values from one draw.
  std::array<uint16_t, 8> shorts(uint64_t index) const;

 private:
  numerics::CounterRandom random_;
  uint64_t lane_;
};

}  // namespace photic::host
