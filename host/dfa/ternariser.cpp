// SPDX-License-Identifier: Apache-2.0
// The four rules.
#include "host/dfa/ternariser.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "host/base/error.h"
#include "host/base/random.h"

namespace photic::host {
namespace {

int8_t sign(float value) {
  return static_cast<int8_t>((value > 0.0f) - (value < 0.0f));
}

float largest_magnitude(const float* row, size_t n) {
  float largest = 0;
  for (size_t c = 0; c < n; ++c) {
    largest = std::max(largest, std::fabs(row[c]));
  }
  return largest;
}

/// |e|_2 / |t|_2 of one row, 0 if t is all zero.
float norm_ratio(const float* row, const int8_t* ternary, size_t n) {
  double power = 0;
  int count = 0;
  for (size_t c = 0; c < n; ++c) {
    power += static_cast<double>(row[c]) * row[c];
    count += ternary[c] != 0;
  }
  return count == 0 ? 0.0f : static_cast<float>(std::sqrt(power / count));
}

float quantile_of_magnitudes(ConstMatrixRef errors, float fraction) {
  std::vector<float> magnitudes;
  magnitudes.reserve(errors.rows * errors.cols);
  for (size_t r = 0; r < errors.rows; ++r) {
    for (size_t c = 0; c < errors.cols; ++c) {
      magnitudes.push_back(std::fabs(errors(r, c)));
    }
  }
  const auto rank = static_cast<std::ptrdiff_t>(fraction * static_cast<float>(magnitudes.size()));
  std::nth_element(magnitudes.begin(), magnitudes.begin() + rank, magnitudes.end());
  return magnitudes[static_cast<size_t>(rank)];
}

void keep_above(const float* row, size_t n, float threshold, int8_t* out) {
  for (size_t c = 0; c < n; ++c) {
    out[c] = std::fabs(row[c]) > threshold ? sign(row[c]) : int8_t{0};
  }
}

void keep_largest(const float* row, size_t n, uint32_t k, int8_t* out) {
  std::vector<size_t> order(n);
  for (size_t c = 0; c < n; ++c) {
    order[c] = c;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return std::fabs(row[a]) > std::fabs(row[b]); });
  for (size_t i = 0; i < std::min<size_t>(k, n); ++i) {
    out[order[i]] = sign(row[order[i]]);
  }
}

}  // namespace

TernaryRule ternary_rule_from_name(std::string_view name) {
  for (const TernaryRule rule :
       {TernaryRule::kThreshold, TernaryRule::kQuantile, TernaryRule::kTopK, TernaryRule::kStochastic}) {
    if (ternary_rule_name(rule) == name) {
      return rule;
    }
  }
  throw ConfigError("ternariser", "'" + std::string(name) + "' is not known",
                    "use threshold, quantile, top-k or stochastic");
}

std::string_view ternary_rule_name(TernaryRule rule) {
  switch (rule) {
    case TernaryRule::kThreshold:
      return "threshold";
    case TernaryRule::kQuantile:
      return "quantile";
    case TernaryRule::kTopK:
      return "top-k";
    default:
      return "stochastic";
  }
}

void check(const TernariserConfig& config) {
  const bool fits =
      config.rule == TernaryRule::kTopK         ? config.k >= 1
      : config.rule == TernaryRule::kStochastic ? config.theta > 0.0f && std::isfinite(config.theta)
      : config.rule == TernaryRule::kQuantile   ? config.theta >= 0.0f && config.theta < 1.0f
                                                : config.theta >= 0.0f && std::isfinite(config.theta);
  if (!fits) {
    throw ConfigError("ternariser",
                      "theta " + std::to_string(config.theta) + ", k " + std::to_string(config.k) +
                          " do not suit the rule " + std::string(ternary_rule_name(config.rule)),
                      "see ternariser.h for the ranges");
  }
}

void ternarise(const TernariserConfig& config, ConstMatrixRef errors, uint64_t seed, uint64_t step,
               TernaryBatch& ternary, Matrix& scales) {
  check(config);
  ternary.resize(errors.rows, errors.cols);
  scales.resize(1, errors.rows);
  if (errors.empty()) {
    return;
  }
  const float threshold =
      config.rule == TernaryRule::kQuantile ? quantile_of_magnitudes(errors, config.theta) : config.theta;
  const RandomStream random(seed, Purpose::kTernary, step);
  for (size_t r = 0; r < errors.rows; ++r) {
    const float* row = errors.row(r);
    int8_t* out = &ternary(r, 0);
    if (config.rule == TernaryRule::kStochastic) {
      const float scale = config.theta * largest_magnitude(row, errors.cols);
      for (size_t c = 0; c < errors.cols; ++c) {
        const float draw = random.uniform(r * errors.cols + c);
        out[c] = draw * scale < std::fabs(row[c]) ? sign(row[c]) : int8_t{0};
      }
      scales(0, r) = scale;
      continue;
    }
    if (config.rule == TernaryRule::kTopK) {
      keep_largest(row, errors.cols, config.k, out);
    } else {
      keep_above(row, errors.cols, threshold, out);
    }
    scales(0, r) = norm_ratio(row, out, errors.cols);
  }
}

}  // namespace photic::host
