// SPDX-License-Identifier: Apache-2.0
// Rounding, plain and with a memory of the error made.
#include "host/snn/weight_levels.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace photic::host::snn {
namespace {

constexpr int kCandidates = 48;
/// Smallest step tried, as a share of the one that clips nothing, is where the weights' RMS is clipped.
constexpr double kDeepestClip = 1.0;

double largest(std::span<const double> weights) {
  double most = 0;
  for (const double w : weights) {
    most = std::max(most, std::abs(w));
  }
  return most;
}

}  // namespace

WeightLevels WeightLevels::plain(int bits) {
  return bits == 1 ? bipolar(1) : WeightLevels{(1 << (bits - 1)) - 1, false};
}

WeightLevels WeightLevels::bipolar(int bits) {
  return {(1 << bits) - 1, true};
}

int32_t WeightLevels::nearest(double x) const {
  const double level = odd ? 2 * std::floor(x / 2) + 1 : std::round(x);
  return static_cast<int32_t>(std::clamp(level, static_cast<double>(-most), static_cast<double>(most)));
}

int32_t WeightLevels::next(int32_t level, int direction) const {
  return std::clamp(level + direction * (odd ? 2 : 1), -most, most);
}

double squared_error(std::span<const double> weights, const WeightLevels& levels, double step) {
  double sum = 0;
  for (const double w : weights) {
    const double error = w - step * levels.nearest(w / step);
    sum += error * error;
  }
  return sum;
}

std::vector<double> candidate_steps(std::span<const double> weights, const WeightLevels& levels) {
  const double most = largest(weights);
  if (most == 0) {
    return {};
  }
  double squares = 0;
  bool whole = true;
  for (const double w : weights) {
    squares += w * w;
    whole = whole && w == std::round(w);
  }
  const double full = most / levels.most;
  const double deepest =
      kDeepestClip * std::sqrt(squares / static_cast<double>(weights.size())) / levels.most;
  std::vector<double> steps;
  for (int i = 0; i < kCandidates; ++i) {
    const double share = static_cast<double>(i) / (kCandidates - 1);
    steps.push_back(full * std::pow(deepest / full, share));
  }
  for (double step = 1; whole && step <= most; step *= 2) {
    steps.push_back(step);
  }
  return steps;
}

double best_step(std::span<const double> weights, const WeightLevels& levels) {
  double best = 0;
  double least = 0;
  for (const double step : candidate_steps(weights, levels)) {
    const double error = squared_error(weights, levels, step);
    if (best == 0 || error < least) {
      best = step;
      least = error;
    }
  }
  return best;
}

std::vector<int32_t> balanced_levels(std::span<const double> weights, const WeightLevels& levels,
                                     double step) {
  std::vector<int32_t> result;
  double sum = 0;
  for (const double w : weights) {
    result.push_back(levels.nearest(w / step));
    sum += w / step - result.back();
  }
  // Turning a rounding towards the missing side moves the sum by one level and costs the less the nearer the
  // weight was to the middle.
  const int direction = sum > 0 ? 1 : -1;
  const double unit = levels.odd ? 2 : 1;
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto leaning = [&](size_t i) { return direction * (weights[i] / step - result[i]); };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return leaning(a) > leaning(b); });
  for (const size_t i : order) {
    if (std::abs(sum) <= unit / 2 || leaning(i) <= 0) {
      break;
    }
    const int32_t turned = levels.next(result[i], direction);
    sum -= turned - result[i];
    result[i] = turned;
  }
  return result;
}

std::vector<int32_t> diffused_levels(std::span<const double> weights, size_t height, size_t width,
                                     const WeightLevels& levels, double step) {
  std::vector<int32_t> result(weights.size());
  const auto limit = static_cast<double>(levels.most);
  for (size_t plane = 0; plane * height * width < weights.size(); ++plane) {
    std::vector<double> wanted(height * width);
    for (size_t i = 0; i < wanted.size(); ++i) {
      wanted[i] = weights[plane * wanted.size() + i] / step;
    }
    for (size_t y = 0; y < height; ++y) {
      for (size_t x = 0; x < width; ++x) {
        const size_t i = y * width + x;
        const int32_t level = levels.nearest(wanted[i]);
        result[plane * wanted.size() + i] = level;
        // What clipping lost is not passed on: neighbours could not make up for it.
        const double error = std::clamp(wanted[i], -limit, limit) - level;
        const auto pass = [&](size_t to, double share) { wanted[to] += error * share; };
        if (x + 1 < width) {
          pass(i + 1, 7.0 / 16);
        }
        if (y + 1 < height) {
          if (x > 0) {
            pass(i + width - 1, 3.0 / 16);
          }
          pass(i + width, 5.0 / 16);
          if (x + 1 < width) {
            pass(i + width + 1, 1.0 / 16);
          }
        }
      }
    }
  }
  return result;
}

}  // namespace photic::host::snn
