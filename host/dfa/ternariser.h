// SPDX-License-Identifier: Apache-2.0
// Turns error vectors into the three values a binary light modulator can show.
#pragma once

#include <cstdint>
#include <string_view>

#include "host/dfa/ternary_batch.h"
#include "host/tensor/matrix.h"

namespace photic::host {

/// Which components become non-zero, always with the sign of e.
enum class TernaryRule {
  kThreshold,   // |e_i| > theta
  kQuantile,    // |e_i| above the batch's theta-quantile of |e|
  kTopK,        // the k largest |e_i| of the row that are not 0 (of equals, the first)
  kStochastic,  // with probability min(1, |e_i| / (theta max|e|)), drawn from (seed, step, row, i)
};

TernaryRule ternary_rule_from_name(std::string_view name);  // "threshold", "quantile", "top-k", "stochastic"
std::string_view ternary_rule_name(TernaryRule rule);

struct TernariserConfig {
  TernaryRule rule = TernaryRule::kStochastic;
  float theta = 1.0f;  // threshold: >= 0; quantile: in [0, 1); stochastic: > 0; unused by top-k
  uint32_t k = 2;      // top-k only, at least 1

  bool operator==(const TernariserConfig&) const = default;
};

/// Throws ConfigError if a value is outside its range.
void check(const TernariserConfig& config);

/// Writes the ternary form of `errors` (batch, classes) and, in `scales` (1, batch), the factor a row's
/// projection is multiplied by to stand for the row's own.
///
/// The deterministic rules restore the norm: |e|_2 / |t|_2, or 0 for a row of zeros. The stochastic rule uses
/// theta max|e|, with which the expectation of scale * t is e exactly when theta >= 1.
void ternarise(const TernariserConfig& config, ConstMatrixRef errors, uint64_t seed, uint64_t step,
               TernaryBatch& ternary, Matrix& scales);

}  // namespace photic::host
