// SPDX-License-Identifier: Apache-2.0
// The values a weight of few bits may take, and the step between them that suits given weights best.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace photic::host::snn {

/// Multiples of a step: -most..most, or, if `odd`, the odd ones of these.
struct WeightLevels {
  int32_t most = 127;
  bool odd = false;

  /// -(2^(bits-1) - 1) .. 2^(bits-1) - 1; for 1 bit, the odd ones: -1 and 1.
  static WeightLevels plain(int bits);
  /// -(2^bits - 1) .. 2^bits - 1 in odd numbers: one value more, and no 0.
  static WeightLevels bipolar(int bits);

  /// The level nearest to x.
  int32_t nearest(double x) const;
  /// The level next to `level` towards `direction` (-1 or 1), or `level` itself at the end.
  int32_t next(int32_t level, int direction) const;
};

/// Sum of squares of w - step nearest(w / step).
double squared_error(std::span<const double> weights, const WeightLevels& levels, double step);

/// Steps worth trying: from the one that clips nothing down to where most would be clipped, and, for weights
/// that are whole numbers, powers of two. Empty if all weights are 0.
std::vector<double> candidate_steps(std::span<const double> weights, const WeightLevels& levels);

/// The candidate with the least squared error; 0 if all weights are 0.
double best_step(std::span<const double> weights, const WeightLevels& levels);

/// Levels for the weights of one row, in units of `step`, whose errors cancel: their sum is as near to 0 as
/// turning the least certain roundings allows. Inputs that are active together then see the row's true sum.
std::vector<int32_t> balanced_levels(std::span<const double> weights, const WeightLevels& levels,
                                     double step);

/// Levels for planes of (height, width) weights, whose errors are passed on to the neighbours to the right
/// and below (Floyd and Steinberg, 1976): a patch of neighbouring inputs sees its true sum.
std::vector<int32_t> diffused_levels(std::span<const double> weights, size_t height, size_t width,
                                     const WeightLevels& levels, double step);

}  // namespace photic::host::snn
