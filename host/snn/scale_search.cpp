// SPDX-License-Identifier: Apache-2.0
// Per group, candidates from every connection compete; then one power of two for the population.
#include "host/snn/scale_search.h"

#include <algorithm>
#include <cmath>

namespace photic::host::snn {
namespace {

/// |v| that 24 bits hold, in weight units of 64.
constexpr double kVoltageRange = 131072;
/// Powers of two an axon multiplies by, without alignment.
constexpr int kLargestExponent = 7;

int storage_bits(const LayerWeights& layer) {
  const int bits = layer.bits;
  return bits <= 2 ? bits : bits <= 4 ? 4 : 8;
}

double largest(std::span<const double> row) {
  double most = 0;
  for (const double w : row) {
    most = std::max(most, std::abs(w));
  }
  return most;
}

double largest(const LayerWeights& layer) {
  double most = 0;
  for (const auto& row : layer.rows) {
    most = std::max(most, largest(row));
  }
  return most;
}

/// How many doublings each connection's own steps lie from the first's, in the middle.
std::vector<int> doublings(const std::vector<std::vector<double>>& steps, size_t reference) {
  std::vector<int> result;
  for (const auto& own : steps) {
    std::vector<double> ratios;
    for (size_t g = 0; g < own.size(); ++g) {
      if (own[g] > 0 && steps[reference][g] > 0) {
        ratios.push_back(std::log2(own[g] / steps[reference][g]));
      }
    }
    const size_t middle = ratios.size() / 2;
    std::nth_element(ratios.begin(), ratios.begin() + static_cast<std::ptrdiff_t>(middle), ratios.end());
    result.push_back(ratios.empty() ? 0 : static_cast<int>(std::lround(ratios[middle])));
  }
  return result;
}

double joint_error(std::span<const LayerWeights> layers, const std::vector<int>& doubling, size_t group,
                   double step) {
  double sum = 0;
  for (size_t c = 0; c < layers.size(); ++c) {
    sum += squared_error(layers[c].rows[group], layers[c].levels, std::ldexp(step, doubling[c]));
  }
  return sum;
}

/// The population's power of two, and coarser steps where a group would leave the range.
void choose_exponent(Scales& scales, std::span<const LayerWeights> layers, std::span<const GroupNeed> needs,
                     double wanted) {
  int least = 0;
  int most = kLargestExponent + 7;
  for (size_t c = 0; c < layers.size(); ++c) {
    least = std::max(least, -scales.doubling[c]);
    most = std::min(most, kLargestExponent + 8 - storage_bits(layers[c]) - scales.doubling[c]);
  }
  most = std::max(most, least);
  if (wanted > 0) {
    // All groups are one here: the nearest power of two, and the step it leaves.
    const double ideal = std::log2(wanted * scales.step[0]);
    scales.exponent = std::clamp(static_cast<int>(std::lround(ideal)), least, most);
    scales.step.assign(scales.step.size(), std::ldexp(1 / wanted, scales.exponent));
    return;
  }
  const auto allowed = [&](size_t g) {
    return needs[g].comfortable > 0 ? static_cast<int>(std::floor(
                                          std::log2(kVoltageRange * scales.step[g] / needs[g].comfortable)))
                                    : most;
  };
  int exponent = most;
  for (size_t g = 0; g < scales.step.size(); ++g) {
    double heaviest = 0;
    for (const LayerWeights& layer : layers) {
      heaviest = std::max(heaviest, largest(layer.rows[g]));
    }
    if (heaviest > needs[g].negligible) {
      exponent = std::min(exponent, allowed(g));
    }
  }
  scales.exponent = std::clamp(exponent, least, most);
  for (size_t g = 0; g < scales.step.size(); ++g) {
    scales.step[g] = std::max(scales.step[g], std::ldexp(needs[g].least / kVoltageRange, scales.exponent));
  }
}

/// A threshold of few units would be off by much of one; the step, being any number, takes that up.
void fit_thresholds(Scales& scales, std::span<const GroupNeed> needs) {
  constexpr double kManyUnits = 1024;
  for (size_t g = 0; g < needs.size(); ++g) {
    const double units = std::abs(needs[g].threshold) * scales.units(g);
    if (units >= 1 && units < kManyUnits) {
      scales.step[g] = std::ldexp(std::abs(needs[g].threshold) / std::round(units), scales.exponent);
    }
  }
}

void fill_silent_groups(Scales& scales) {
  const double usual = *std::max_element(scales.step.begin(), scales.step.end());
  for (double& step : scales.step) {
    step = step > 0 ? step : usual > 0 ? usual : 1;
  }
}

}  // namespace

double Scales::units(size_t group) const {
  return std::ldexp(1 / step[group], exponent);
}

Scales search_scales(std::span<const LayerWeights> layers, std::span<const GroupNeed> needs, double wanted) {
  const size_t groups = needs.size();
  Scales scales{std::vector<double>(groups), std::vector<int>(layers.size()), 0};
  std::vector<std::vector<double>> own;
  size_t reference = 0;
  for (size_t c = 0; c < layers.size(); ++c) {
    own.emplace_back();
    for (const auto& row : layers[c].rows) {
      own.back().push_back(layers[c].fixed ? std::abs(row[0]) : best_step(row, layers[c].levels));
    }
    if (layers[c].fixed ||
        (!layers[reference].fixed && layers[c].rows[0].size() > layers[reference].rows[0].size())) {
      reference = c;
    }
  }
  if (!layers.empty()) {
    scales.doubling = doublings(own, reference);
  }
  for (size_t g = 0; g < groups; ++g) {
    double least = 0;
    for (size_t c = 0; c < layers.size(); ++c) {
      if (layers[reference].fixed) {
        scales.step[g] = own[reference][g];
        break;
      }
      for (const double candidate : candidate_steps(layers[c].rows[g], layers[c].levels)) {
        const double step = std::ldexp(candidate, -scales.doubling[c]);
        const double error = joint_error(layers, scales.doubling, g, step);
        if (scales.step[g] == 0 || error < least) {
          scales.step[g] = step;
          least = error;
        }
      }
    }
  }
  fill_silent_groups(scales);
  choose_exponent(scales, layers, needs, wanted);
  if (wanted == 0 && (layers.empty() || !layers[reference].fixed)) {
    fit_thresholds(scales, needs);
  }
  return scales;
}

Scales symmetric_scales(std::span<const LayerWeights> layers, std::span<const GroupNeed> needs,
                        double wanted) {
  Scales scales{std::vector<double>(needs.size()), std::vector<int>(layers.size()), 0};
  double first = 0;
  for (size_t c = 0; c < layers.size(); ++c) {
    const double step = largest(layers[c]) / layers[c].levels.most;
    if (first == 0) {
      first = step;
    }
    scales.doubling[c] = step > 0 ? static_cast<int>(std::ceil(std::log2(step / first) - 1e-9)) : 0;
  }
  scales.step.assign(needs.size(), first);
  fill_silent_groups(scales);
  choose_exponent(scales, layers, needs, wanted);
  scales.step.assign(needs.size(), *std::max_element(scales.step.begin(), scales.step.end()));
  return scales;
}

}  // namespace photic::host::snn
