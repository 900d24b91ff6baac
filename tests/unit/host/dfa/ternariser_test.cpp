// SPDX-License-Identifier: Apache-2.0
// What each ternary rule promises.
#include "host/dfa/ternariser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "host/base/error.h"
#include "host/nn/loss.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

struct Result {
  TernaryBatch ternary;
  Matrix scales;
};

Result run(const TernariserConfig& config, const Matrix& errors, uint64_t step = 0) {
  Result result;
  ternarise(config, errors, 7, step, result.ternary, result.scales);
  return result;
}

Matrix row(std::initializer_list<float> values) {
  Matrix m(1, values.size());
  std::copy(values.begin(), values.end(), m.data());
  return m;
}

/// Errors of a softmax with uneven confidence.
Matrix softmax_errors(size_t rows) {
  Matrix logits = test::random_matrix(rows, 10, 3), errors(rows, 10);
  std::vector<uint8_t> labels(rows);
  for (size_t r = 0; r < rows; ++r) {
    labels[r] = static_cast<uint8_t>(r % 10);
  }
  softmax_cross_entropy(logits, labels, errors);
  return errors;
}

void expect_norm_restored(const Matrix& errors, const Result& result) {
  for (size_t r = 0; r < errors.rows(); ++r) {
    double power = 0, count = 0;
    for (size_t c = 0; c < errors.cols(); ++c) {
      power += static_cast<double>(errors(r, c)) * errors(r, c);
      count += std::abs(result.ternary(r, c));
    }
    EXPECT_NEAR(result.scales(0, r) * std::sqrt(count), count > 0 ? std::sqrt(power) : 0.0, 1e-5) << r;
  }
}

TEST(ThresholdRule, KeepsTheSignOfWhatExceedsThetaAndTheNorm) {
  const Matrix errors = row({0.3f, -0.1f, 0.1f, -0.6f, 0.0f});
  const Result result = run({.rule = TernaryRule::kThreshold, .theta = 0.1f}, errors);
  EXPECT_EQ(result.ternary.values, (std::vector<int8_t>{1, 0, 0, -1, 0})) << "equality does not exceed";
  expect_norm_restored(errors, result);
}

TEST(ThresholdRule, GivesZeroScaleToARowOfZeros) {
  const Result result = run({.rule = TernaryRule::kThreshold, .theta = 0.9f}, row({0.3f, -0.3f}));
  EXPECT_EQ(result.ternary.values, (std::vector<int8_t>{0, 0}));
  EXPECT_EQ(result.scales(0, 0), 0.0f);
}

TEST(QuantileRule, KeepsTheShareOfLargestOfTheWholeBatch) {
  const Matrix errors = test::random_matrix(50, 10, 1);
  const Result result = run({.rule = TernaryRule::kQuantile, .theta = 0.8f}, errors);
  int kept = 0;
  for (const int8_t value : result.ternary.values) {
    kept += value != 0;
  }
  EXPECT_NEAR(kept, 100, 1);
  expect_norm_restored(errors, result);
}

TEST(TopKRule, KeepsTheKLargestOfEveryRow) {
  const Matrix errors = row({0.2f, -0.5f, 0.2f, 0.1f});
  EXPECT_EQ(run({.rule = TernaryRule::kTopK, .k = 1}, errors).ternary.values,
            (std::vector<int8_t>{0, -1, 0, 0}));
  EXPECT_EQ(run({.rule = TernaryRule::kTopK, .k = 2}, errors).ternary.values,
            (std::vector<int8_t>{1, -1, 0, 0}))
      << "the first of equals";
  const Result all = run({.rule = TernaryRule::kTopK, .k = 99}, errors);
  EXPECT_EQ(all.ternary.values, (std::vector<int8_t>{1, -1, 1, 1}));
  expect_norm_restored(errors, all);
}

TEST(StochasticRule, HasTheErrorItselfAsItsExpectation) {
  const Matrix errors = softmax_errors(8);
  for (const float theta : {1.0f, 2.0f}) {
    constexpr int kDraws = 4000;
    Matrix sum(8, 10);
    float largest_scale = 0;
    for (int step = 0; step < kDraws; ++step) {
      const Result result =
          run({.rule = TernaryRule::kStochastic, .theta = theta}, errors, static_cast<uint64_t>(step));
      for (size_t r = 0; r < 8; ++r) {
        largest_scale = std::max(largest_scale, result.scales(0, r));
        for (size_t c = 0; c < 10; ++c) {
          sum(r, c) += result.scales(0, r) * static_cast<float>(result.ternary(r, c));
        }
      }
    }
    // A draw's variance is at most scale^2 / 4 around a probability of one half: five standard errors of the
    // mean.
    const double tolerance = 5.0 * largest_scale * 0.5 / std::sqrt(kDraws);
    for (size_t i = 0; i < errors.size(); ++i) {
      EXPECT_NEAR(sum.data()[i] / kDraws, errors.data()[i], tolerance) << i << " theta " << theta;
    }
  }
}

TEST(StochasticRule, DrawsAgainOnlyWithTheStepAndNeverFlipsASign) {
  const Matrix errors = softmax_errors(64);
  const Result first = run({}, errors, 3);
  EXPECT_EQ(first.ternary.values, run({}, errors, 3).ternary.values);
  EXPECT_NE(first.ternary.values, run({}, errors, 4).ternary.values);
  for (size_t i = 0; i < errors.size(); ++i) {
    EXPECT_GE(static_cast<float>(first.ternary.values[i]) * errors.data()[i], 0.0f);
  }
}

TEST(StochasticRule, AlwaysShowsTheLargestComponentAtThetaOne) {
  const Matrix errors = softmax_errors(64);
  const Result result = run({}, errors);
  for (size_t r = 0; r < 64; ++r) {
    EXPECT_EQ(result.ternary(r, r % 10), -1) << "the label's error is as large as all others together";
  }
}

TEST(EveryRule, TurnsAZeroRowIntoZeros) {
  for (const TernaryRule rule :
       {TernaryRule::kThreshold, TernaryRule::kQuantile, TernaryRule::kTopK, TernaryRule::kStochastic}) {
    const Result result = run({.rule = rule, .theta = 0.5f}, Matrix(2, 3));
    EXPECT_EQ(result.ternary.values, std::vector<int8_t>(6, 0)) << ternary_rule_name(rule);
    EXPECT_EQ(result.scales, Matrix(1, 2)) << ternary_rule_name(rule);
  }
}

TEST(EveryRule, IsKnownByNameAndRejectsValuesOutsideItsRange) {
  for (const char* name : {"threshold", "quantile", "top-k", "stochastic"}) {
    EXPECT_EQ(ternary_rule_name(ternary_rule_from_name(name)), name);
  }
  EXPECT_THROW(ternary_rule_from_name("sign"), ConfigError);
  EXPECT_THROW(check(TernariserConfig{.rule = TernaryRule::kThreshold, .theta = -0.1f}), ConfigError);
  EXPECT_THROW(check(TernariserConfig{.rule = TernaryRule::kQuantile, .theta = 1.0f}), ConfigError);
  EXPECT_THROW(check(TernariserConfig{.rule = TernaryRule::kStochastic, .theta = 0.0f}), ConfigError);
  EXPECT_THROW(check(TernariserConfig{.rule = TernaryRule::kTopK, .k = 0}), ConfigError);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(check(TernariserConfig{.rule = TernaryRule::kThreshold, .theta = nan}), ConfigError);
}

}  // namespace
}  // namespace photic::host
