// SPDX-License-Identifier: Apache-2.0
// The unit in which each neuron of a population counts.
#pragma once

#include <span>
#include <vector>

#include "host/snn/weight_levels.h"

namespace photic::host::snn {

/// The weights of one connection into a population: those of group g (neurons with one unit) are rows[g].
struct LayerWeights {
  int bits = 8;
  WeightLevels levels;
  std::vector<std::vector<double>> rows;
  bool fixed = false;  // one weight for all (a pool), to be kept exactly
};

/// A weight of connection c into group g is level x step[g] x 2^doubling[c]; in the device it is
/// level x 2^(exponent + doubling[c]), so group g counts 2^exponent / step[g] weight units in one unit.
struct Scales {
  std::vector<double> step;
  std::vector<int> doubling;
  int exponent = 0;

  double units(size_t group) const;
};

/// What a group asks of its unit: |v| must reach `least` without saturation, even if that costs weights their
/// precision, and should reach `comfortable`; weights that all lie below `negligible` may be lost rather than
/// cost other groups theirs. A `threshold` that is not 0 is made a whole number of units, by a step that is a
/// little larger or smaller.
struct GroupNeed {
  double least = 0, comfortable = 0, negligible = 0, threshold = 0;
};

/// Steps by least squares over all connections, coarser where a group would leave its range. `wanted`, if not
/// 0, is the units every group must have.
Scales search_scales(std::span<const LayerWeights> layers, std::span<const GroupNeed> needs, double wanted);

/// One step for the population: the largest weight of each connection is its largest level.
Scales symmetric_scales(std::span<const LayerWeights> layers, std::span<const GroupNeed> needs,
                        double wanted);

}  // namespace photic::host::snn
