// SPDX-License-Identifier: Apache-2.0
// Every gradient against central differences of the function it belongs to.
//
// Arithmetic is float32, so a difference over 2h = 0.02 carries rounding of about 1e-7 * |loss| / h, some
// 1e-4 here, and a curvature error of order h^2 = 1e-4: agreement to 1 % of the largest gradient is asked
// for.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "host/nn/activation.h"
#include "host/nn/batch_norm.h"
#include "host/nn/dropout.h"
#include "host/nn/linear.h"
#include "host/nn/loss.h"
#include "host/nn/network.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using test::random_matrix;
constexpr float kStep = 1e-2f;
const Pass kPass{true, 11, 4};

/// Compares `analytic` with central differences of `loss` in the elements of `variable`.
void expect_gradient(Matrix& variable, const Matrix& analytic, const std::function<double()>& loss) {
  double largest = 0;
  for (size_t i = 0; i < analytic.size(); ++i) {
    largest = std::max(largest, std::fabs(static_cast<double>(analytic.data()[i])));
  }
  ASSERT_GT(largest, 1e-3) << "a vanishing gradient proves nothing";
  for (size_t i = 0; i < variable.size(); ++i) {
    const float original = variable.data()[i];
    variable.data()[i] = original + kStep;
    const double above = loss();
    variable.data()[i] = original - kStep;
    const double below = loss();
    variable.data()[i] = original;
    ASSERT_NEAR(analytic.data()[i], (above - below) / (2.0 * kStep), 0.01 * largest) << "element " << i;
  }
}

/// Checks a layer's gradients for the loss sum(weights * out).
void check_layer(Layer& layer, Matrix in) {
  const Matrix weights = random_matrix(in.rows(), layer.output_width(), 77);
  Matrix out(in.rows(), layer.output_width());
  const auto loss = [&] {
    layer.forward(in, out, kPass);
    double sum = 0;
    for (size_t i = 0; i < out.size(); ++i) {
      sum += static_cast<double>(weights.data()[i]) * out.data()[i];
    }
    return sum;
  };
  loss();
  Matrix grad_in(in.rows(), in.cols());
  layer.input_gradient(in, out, weights, grad_in, kPass);
  layer.parameter_gradient(in, weights);
  expect_gradient(in, grad_in, loss);
  for (Parameter* parameter : layer.parameters()) {
    SCOPED_TRACE(parameter->name);
    expect_gradient(parameter->value, parameter->gradient, loss);
  }
}

/// Inputs at least 0.1 from 0, where ReLU has no derivative.
Matrix away_from_zero(size_t rows, size_t cols) {
  Matrix m = random_matrix(rows, cols, 5);
  for (size_t i = 0; i < m.size(); ++i) {
    m.data()[i] += m.data()[i] < 0 ? -0.1f : 0.1f;
  }
  return m;
}

TEST(LinearGradient, MatchesFiniteDifferences) {
  Linear layer(7, 5, 1.0f, 1, 0);
  check_layer(layer, random_matrix(6, 7, 5));
}

TEST(ReluGradient, MatchesFiniteDifferences) {
  check_layer(*make_activation(Activation::kRelu, 9), away_from_zero(4, 9));
}

TEST(TanhGradient, MatchesFiniteDifferences) {
  check_layer(*make_activation(Activation::kTanh, 9), random_matrix(4, 9, 5));
}

TEST(DropoutGradient, MatchesFiniteDifferencesUnderTheSameMask) {
  Dropout layer(20, 0.4f, 3);
  check_layer(layer, random_matrix(4, 20, 5));
}

TEST(BatchNormGradient, MatchesFiniteDifferencesThroughTheStatistics) {
  BatchNorm layer(5);
  layer.parameters()[0]->value(0, 2) = 1.7f;
  layer.parameters()[1]->value(0, 3) = -0.4f;
  check_layer(layer, random_matrix(8, 5, 5));
}

TEST(NetworkGradient, MatchesFiniteDifferencesOfTheCrossEntropy) {
  NetworkConfig config;
  config.inputs = 6;
  config.hidden = {8, 7};
  config.classes = 4;
  config.activation = Activation::kTanh;
  config.batch_norm = true;
  config.dropout = 0.2f;
  Network network(config, 3);
  const Matrix batch = random_matrix(10, 6, 5);
  const std::vector<uint8_t> labels = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1};
  Matrix errors(10, 4);
  const auto loss = [&] { return softmax_cross_entropy(network.forward(batch, kPass), labels, errors).loss; };
  loss();
  const Matrix out_gradient = errors;
  Matrix to_1(10, 7), to_0(10, 8);
  network.block_gradient(2, out_gradient, to_1);
  network.block_gradient(1, to_1, to_0);
  network.block_gradient(0, to_0, {});
  for (Parameter* parameter : network.parameters()) {
    // Batch norm takes out a constant, so the bias before it has gradient 0.
    if (parameter->name == "block0.0.bias" || parameter->name == "block1.0.bias") {
      continue;
    }
    SCOPED_TRACE(parameter->name);
    const Matrix analytic = parameter->gradient;
    expect_gradient(parameter->value, analytic, loss);
  }
}

TEST(NetworkGradient, OfTheInputAloneLeavesParameterGradientsAsTheyWere) {
  NetworkConfig config;
  config.inputs = 6;
  config.hidden = {8};
  config.classes = 4;
  Network network(config, 3);
  const Matrix batch = random_matrix(5, 6, 5);
  network.forward(batch, kPass);
  for (Parameter* parameter : network.parameters()) {
    parameter->gradient.fill(42.0f);
  }
  Matrix grad_in(5, 8);
  network.block_input_gradient(1, random_matrix(5, 4, 6), grad_in);
  for (Parameter* parameter : network.parameters()) {
    EXPECT_EQ(parameter->gradient, Matrix(parameter->gradient.rows(), parameter->gradient.cols(), 42.0f));
  }
}

TEST(CrossEntropyGradient, IsSoftmaxMinusOneHotAndSumsToZero) {
  Matrix logits = random_matrix(6, 5, 8);
  const std::vector<uint8_t> labels = {4, 3, 2, 1, 0, 0};
  Matrix errors(6, 5), scratch(6, 5);
  softmax_cross_entropy(logits, labels, errors);
  for (size_t r = 0; r < 6; ++r) {
    double sum = 0;
    for (size_t c = 0; c < 5; ++c) {
      sum += errors(r, c);
    }
    EXPECT_NEAR(sum, 0.0, 1e-6);
    EXPECT_LT(errors(r, labels[r]), 0.0f);
  }
  expect_gradient(logits, errors, [&] { return softmax_cross_entropy(logits, labels, scratch).loss; });
}

}  // namespace
}  // namespace photic::host
