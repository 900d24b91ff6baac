// SPDX-License-Identifier: Apache-2.0
// Behaviour of layers and loss beyond their gradients.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "host/base/error.h"
#include "host/nn/batch_norm.h"
#include "host/nn/dropout.h"
#include "host/nn/loss.h"
#include "host/nn/network.h"
#include "host/tensor/parallel.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using test::random_matrix;

Matrix dropped(Dropout& layer, const Matrix& in, const Pass& pass) {
  Matrix out(in.rows(), in.cols());
  layer.forward(in, out, pass);
  return out;
}

TEST(Dropout, DrawsTheSameMaskForTheSameSeedStepAndLayerOnly) {
  Dropout layer(100, 0.5f, 3), other(100, 0.5f, 4);
  const Matrix ones(10, 100, 1.0f);
  const Matrix mask = dropped(layer, ones, {true, 1, 7});
  EXPECT_EQ(mask, dropped(layer, ones, {true, 1, 7}));
  EXPECT_NE(mask, dropped(layer, ones, {true, 1, 8}));
  EXPECT_NE(mask, dropped(layer, ones, {true, 2, 7}));
  EXPECT_NE(mask, dropped(other, ones, {true, 1, 7}));
  set_thread_count(5);
  EXPECT_EQ(mask, dropped(layer, ones, {true, 1, 7}));
  set_thread_count(2);
}

TEST(Dropout, DropsItsShareAndKeepsTheMean) {
  Dropout layer(1001, 0.3f, 0);
  const Matrix out = dropped(layer, Matrix(100, 1001, 1.0f), {true, 1, 0});
  double zeros = 0, sum = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    zeros += out.data()[i] == 0.0f;
    sum += out.data()[i];
  }
  const auto n = static_cast<double>(out.size());
  EXPECT_NEAR(zeros / n, 0.3, 5 * std::sqrt(0.3 * 0.7 / n));
  EXPECT_NEAR(sum / n, 1.0, 5 * std::sqrt(0.3 / 0.7 / n));
}

TEST(Dropout, IsTheIdentityOutsideTraining) {
  Dropout layer(10, 0.9f, 0);
  const Matrix in = random_matrix(3, 10, 1);
  EXPECT_EQ(dropped(layer, in, {false, 1, 7}), in);
}

TEST(Dropout, RejectsRatesOutsideZeroToOne) {
  EXPECT_THROW(Dropout(10, 1.0f, 0), ConfigError);
  EXPECT_THROW(Dropout(10, -0.1f, 0), ConfigError);
  EXPECT_THROW(Dropout(10, std::nanf(""), 0), ConfigError);
}

TEST(BatchNorm, GivesColumnsOfMeanZeroAndVarianceOneInTraining) {
  BatchNorm layer(4);
  Matrix in = random_matrix(64, 4, 1);
  for (size_t i = 0; i < in.size(); ++i) {
    in.data()[i] = 3.0f * in.data()[i] + 10.0f;
  }
  Matrix out(64, 4);
  layer.forward(in, out, {true, 0, 0});
  for (size_t c = 0; c < 4; ++c) {
    double sum = 0, squares = 0;
    for (size_t r = 0; r < 64; ++r) {
      sum += out(r, c);
      squares += static_cast<double>(out(r, c)) * out(r, c);
    }
    EXPECT_NEAR(sum / 64, 0.0, 1e-5);
    EXPECT_NEAR(squares / 64, 1.0, 1e-3);
  }
}

TEST(BatchNorm, UsesTheRunningStatisticsOutsideTraining) {
  BatchNorm layer(1);
  Matrix in(4, 1);
  in.data()[0] = in.data()[1] = 4.0f;
  in.data()[2] = in.data()[3] = 8.0f;
  Matrix out(4, 1);
  layer.forward(in, out, {true, 0, 0});  // batch mean 6, variance 4: running mean 0.6, variance 1.3
  EXPECT_NEAR(layer.buffers()[0]->value(0, 0), 0.6f, 1e-6f);
  EXPECT_NEAR(layer.buffers()[1]->value(0, 0), 1.3f, 1e-6f);
  layer.forward(in, out, {});
  EXPECT_NEAR(out(0, 0), (4.0 - 0.6) / std::sqrt(1.3 + 1e-5), 1e-5);
}

TEST(CrossEntropy, StaysFiniteForHugeLogits) {
  Matrix logits(1, 3), errors(1, 3);
  logits(0, 0) = 3e38f;
  logits(0, 1) = -3e38f;
  const std::vector<uint8_t> labels = {1};
  const LossSums sums = softmax_cross_entropy(logits, labels, errors);
  EXPECT_TRUE(std::isfinite(sums.loss));
  EXPECT_EQ(sums.correct, 0u);
  EXPECT_FLOAT_EQ(errors(0, 0), 1.0f);
  EXPECT_FLOAT_EQ(errors(0, 1), -1.0f);
}

TEST(CrossEntropy, OfEqualLogitsIsTheLogarithmOfTheClasses) {
  Matrix logits(2, 10, 0.5f), errors(2, 10);
  const std::vector<uint8_t> labels = {0, 9};
  const LossSums sums = softmax_cross_entropy(logits, labels, errors);
  EXPECT_NEAR(sums.loss, 2.0 * std::log(10.0), 1e-6);
  EXPECT_EQ(sums.correct, 1u) << "the first of equal logits is the answer";
}

TEST(CrossEntropy, RejectsALabelThatIsNoClass) {
  Matrix logits(1, 3), errors(1, 3);
  const std::vector<uint8_t> labels = {3};
  EXPECT_THROW(softmax_cross_entropy(logits, labels, errors), ConfigError);
}

TEST(Network, RejectsEmptyAndEnormousLayersAndWrongBatches) {
  NetworkConfig config;
  config.hidden = {10, 0};
  EXPECT_THROW(Network(config, 0), ConfigError);
  config.hidden = {4'000'000'000, 4'000'000'000};
  EXPECT_THROW(Network(config, 0), ConfigError);
  config.hidden = {8};
  Network network(config, 0);
  EXPECT_THROW(network.forward(Matrix(2, 783), {}), ConfigError);
}

TEST(Network, NamesEveryParameterOnce) {
  NetworkConfig config;
  config.hidden = {8, 8};
  config.batch_norm = true;
  Network network(config, 0);
  std::set<std::string> names;
  for (const Parameter* parameter : network.parameters()) {
    EXPECT_TRUE(names.insert(parameter->name).second) << parameter->name;
  }
  EXPECT_EQ(names.size(), 10u);
  EXPECT_EQ(network.parameter_count(), 784u * 8 + 8 + 16 + 8 * 8 + 8 + 16 + 8 * 10 + 10);
}

}  // namespace
}  // namespace photic::host
