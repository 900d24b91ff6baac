// SPDX-License-Identifier: Apache-2.0
// Decides which of the things a rule looks at it hits.
#pragma once

#include <cstdint>

#include "models/numerics/counter_random.h"
#include "sim/faults/rules.h"

namespace photic::faults {

/// Counts over the device's whole life: a reset does not begin anew, so a fault that was to happen once does
/// not come back with it. The n-th candidate's fate is a function of the rule, its place and n.
class Selector {
 public:
  /// `number`: the rule's place among the rules.
  Selector(const Rule& rule, size_t number);

  /// Whether the next candidate is hit.
  bool hit();

  /// Uniform in [0, bound), fixed for the candidate of the last call of `hit` and `lane`.
  uint64_t draw(uint64_t bound, uint64_t lane) const;

 private:
  static constexpr numerics::Purpose kPurpose = 201;
  static constexpr uint64_t kLanes = 16;  // draws of one candidate

  const Rule rule_;
  const uint64_t lane_;
  const numerics::CounterRandom random_;
  uint64_t candidates_ = 0;
  uint64_t hits_ = 0;
};

}  // namespace photic::faults
