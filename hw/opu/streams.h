// SPDX-License-Identifier: Apache-2.0
// What the blocks of the optical engine hand to each other.
#pragma once

#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "models/kernels/combine.h"
#include "models/kernels/descriptor_check.h"

namespace photic::hw {

/// A command that passed validation, with the set-up registers it was started under.
struct OpuCommand {
  abi::Submission submission;
  kernels::OpuSettings settings;
};

/// Four neighbouring pixels of a finished vector.
struct CombinedGroup {
  kernels::GroupSums sums;
  uint8_t pixels = 0;  ///< 1 to 4 of them are outputs
  bool last = false;   ///< of the vector
};

/// Camera pixels of a command so far.
struct PixelTotals {
  uint64_t saturated = 0;
  uint64_t combined = 0;
  bool operator==(const PixelTotals&) const = default;
  template <typename F>
  void each_field(F f) const {
    f("saturated", 64, saturated);
    f("combined", 64, combined);
  }
};

}  // namespace photic::hw
