// SPDX-License-Identifier: Apache-2.0
// The host's own projector and the feedback made of it.
#include <gtest/gtest.h>

#include <cmath>

#include "host/base/error.h"
#include "host/dfa/exact_device.h"
#include "host/dfa/feedback.h"
#include "host/tensor/elementwise.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

TernaryBatch batch_of(std::initializer_list<std::initializer_list<int>> rows) {
  TernaryBatch batch;
  batch.resize(rows.size(), rows.begin()->size());
  size_t i = 0;
  for (const auto& row : rows) {
    for (const int value : row) {
      batch.values[i++] = static_cast<int8_t>(value);
    }
  }
  return batch;
}

Matrix project(Projector& projector, const TernaryBatch& batch, uint64_t step = 0) {
  Matrix out(batch.rows, projector.outputs());
  projector.wait(projector.submit(batch, step), out);
  return out;
}

TEST(FloatProjector, IsLinearAndKeepsItsMatrix) {
  FloatProjector projector(3, 500, 1), again(3, 500, 1), other(3, 500, 2);
  const TernaryBatch batch = batch_of({{1, 0, 0}, {0, -1, 0}, {1, -1, 0}});
  const Matrix out = project(projector, batch);
  for (size_t c = 0; c < 500; ++c) {
    EXPECT_NEAR(out(2, c), out(0, c) + out(1, c), 1e-5f);
  }
  EXPECT_EQ(out, project(again, batch, 9));
  EXPECT_NE(out, project(other, batch));
}

TEST(FloatProjector, HasUnitVarianceAUnitOfError) {
  FloatProjector projector(4, 20000, 1);
  const Matrix out = project(projector, batch_of({{1, 0, 0, 0}, {1, -1, 1, 1}}));
  for (const size_t r : {0u, 1u}) {
    double power = 0;
    for (size_t c = 0; c < 20000; ++c) {
      power += static_cast<double>(out(r, c)) * out(r, c);
    }
    const double expected = r == 0 ? 1.0 : 4.0;
    EXPECT_NEAR(power / 20000, expected, 5 * expected * std::sqrt(2.0 / 20000));
  }
}

TEST(FloatProjector, AddsNoiseOfTheAskedLevelAsAFunctionOfTheStep) {
  FloatProjector exact(2, 20000, 1), noisy(2, 20000, 1, 20.0);
  const TernaryBatch batch = batch_of({{1, 1}});
  const Matrix clean = project(exact, batch);
  const Matrix step4 = project(noisy, batch, 4);
  EXPECT_NE(step4, project(noisy, batch, 5));
  EXPECT_EQ(step4, project(noisy, batch, 4));
  double power = 0;
  for (size_t c = 0; c < 20000; ++c) {
    power += std::pow(static_cast<double>(step4(0, c)) - clean(0, c), 2);
  }
  EXPECT_NEAR(power / 20000, 0.02, 0.02 * 5 * std::sqrt(2.0 / 20000)) << "signal 2, 20 dB below it";
}

TEST(FloatProjector, RejectsATicketThatIsNotOutstanding) {
  FloatProjector projector(2, 4, 1);
  const Ticket first = projector.submit(batch_of({{1, 0}}), 0);
  projector.submit(batch_of({{0, 1}}), 1);
  Matrix out(1, 4);
  EXPECT_THROW(projector.wait(first, out), ConfigError);
}

TEST(ExactDevice, UnderstandsItsNameWithAndWithoutNoiseAndNothingElse) {
  EXPECT_EQ(open_exact_device("exact", 10, 64, 0)->outputs(), 64u);
  EXPECT_EQ(open_exact_device("exact?snr_db=25", 10, 64, 0)->outputs(), 64u);
  for (const char* bad : {"", "exac", "exact?", "exact?snr_db=", "exact?snr_db=2x", "exact?noise=3"}) {
    EXPECT_THROW(open_exact_device(bad, 10, 64, 0), ConfigError) << bad;
  }
  EXPECT_TRUE(names_exact_device("exact?snr_db=25"));
  EXPECT_FALSE(names_exact_device("golden:opu"));
}

Matrix feedback_of(Feedback& feedback, const Matrix& errors) {
  feedback.submit(errors, 0);
  Matrix out(errors.rows(), feedback.outputs());
  feedback.wait(out);
  return out;
}

TEST(FloatFeedback, ProjectsTheErrorsAsTheyAre) {
  FloatFeedback feedback(3, 100, 1);
  const FloatProjector projector(3, 100, 1);
  const Matrix errors = test::random_matrix(5, 3, 2);
  Matrix expected(5, 100);
  projector.project(errors, expected);
  EXPECT_EQ(feedback_of(feedback, errors), expected);
}

TEST(TernaryFeedback, RestoresTheScaleOfTheErrors) {
  TernaryFeedback feedback(std::make_unique<FloatProjector>(2, 50, 1),
                           {.rule = TernaryRule::kThreshold, .theta = 0.0f}, false, 1);
  Matrix errors(1, 2);
  errors(0, 0) = 0.03f;
  errors(0, 1) = -0.03f;
  const FloatProjector projector(2, 50, 1);
  Matrix expected(1, 50);
  projector.project(errors, expected);
  const Matrix out = feedback_of(feedback, errors);
  for (size_t c = 0; c < 50; ++c) {
    EXPECT_NEAR(out(0, c), expected(0, c), 1e-6f);
  }
}

TEST(TernaryFeedback, RemovesTheBatchMeanOnlyWhenAsked) {
  const Matrix errors = test::random_matrix(32, 10, 2);
  for (const bool centre : {false, true}) {
    TernaryFeedback feedback(std::make_unique<FloatProjector>(10, 200, 1), {}, centre, 1);
    const Matrix out = feedback_of(feedback, errors);
    Matrix sums(1, 200);
    sum_rows(out, sums);
    double largest = 0;
    for (size_t c = 0; c < 200; ++c) {
      largest = std::max(largest, std::fabs(static_cast<double>(sums(0, c))));
    }
    if (centre) {
      EXPECT_LT(largest, 1e-3);
    } else {
      EXPECT_GT(largest, 1.0);
    }
  }
}

}  // namespace
}  // namespace photic::host
