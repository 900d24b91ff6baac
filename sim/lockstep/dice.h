// SPDX-License-Identifier: Apache-2.0
// Random decisions that a seed names: the n-th decision of a stream is a pure function of the seed and n.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "models/numerics/counter_random.h"

namespace photic::lockstep {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed, kPurpose) {}

  uint64_t bits() { return random_.bits(next_++); }
  /// Uniform in [0, bound), bound at least 1.
  uint64_t below(uint64_t bound) { return random_.below(bound, next_++); }
  /// Uniform in [low, high].
  uint64_t between(uint64_t low, uint64_t high) { return low + below(high - low + 1); }
  /// True once in `times`.
  bool once_in(uint64_t times) { return below(times) == 0; }
  template <typename T>
  T one_of(std::initializer_list<T> values) {
    return *(values.begin() + below(values.size()));
  }

 private:
  static constexpr numerics::Purpose kPurpose = 200;
  numerics::CounterRandom random_;
  uint64_t next_ = 0;
};

}  // namespace photic::lockstep
