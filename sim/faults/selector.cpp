// SPDX-License-Identifier: Apache-2.0
// Counting and chance.
#include "sim/faults/selector.h"

namespace photic::faults {

Selector::Selector(const Rule& rule, size_t number)
    : rule_(rule), lane_(kLanes * number), random_(rule.seed, kPurpose) {}

bool Selector::hit() {
  const uint64_t candidate = candidates_++;
  if (candidate < rule_.command || (candidate - rule_.command) % rule_.every != 0 || hits_ >= rule_.count) {
    return false;
  }
  if (rule_.chance && random_.uniform(candidate, lane_) >= *rule_.chance) {
    return false;
  }
  ++hits_;
  return true;
}

uint64_t Selector::draw(uint64_t bound, uint64_t lane) const {
  return random_.below(bound, candidates_ - 1, lane_ + 1 + lane % (kLanes - 1));
}

}  // namespace photic::faults
