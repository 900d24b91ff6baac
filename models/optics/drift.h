// SPDX-License-Identifier: Apache-2.0
// A medium that slowly turns into another one.
#pragma once

#include <compare>
#include <cstdint>

#include "models/optics/imperfections.h"

namespace photic::optics {

/// T(frame) = (weight_now * T_index + weight_next * T_(index + 1)) / unit, all media independent. The weights
/// are cosine and sine of an angle that grows linearly, in steps of 2^-12 of a quarter turn, rounded to
/// integers: fields stay integers, so they can be added and remembered without rounding.
struct Drift {
  uint32_t index = 0;
  int32_t weight_now = 1;
  int32_t weight_next = 0;

  /// Field units in one field unit of a medium: 1 when only one medium takes part.
  int32_t unit() const { return weight_next == 0 ? 1 : kUnit; }
  /// The state in which only medium `which` takes part.
  static Drift pure(uint32_t which) { return {which, 1, 0}; }
  friend constexpr auto operator<=>(const Drift&, const Drift&) = default;

  static constexpr int32_t kUnit = 2048;
};

/// Where drift has brought the medium by `frame`.
Drift drift_at(const Imperfections& imperfections, uint32_t frame);

}  // namespace photic::optics
