// SPDX-License-Identifier: Apache-2.0
// Matrix products against their definition.
#include "host/tensor/gemm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/base/error.h"
#include "host/tensor/parallel.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using test::random_matrix;

Matrix transposed(const Matrix& m) {
  Matrix out(m.cols(), m.rows());
  for (size_t r = 0; r < m.rows(); ++r) {
    for (size_t c = 0; c < m.cols(); ++c) {
      out(c, r) = m(r, c);
    }
  }
  return out;
}

/// Float sums of k products of unit normals round by about sqrt(k) ulp of their size sqrt(k); 16 times that
/// is allowed.
void expect_product(const Matrix& a, const Matrix& b, ConstMatrixRef out) {
  const double k = static_cast<double>(a.cols());
  const double tolerance = 16.0 * k * 6e-8;
  for (size_t r = 0; r < a.rows(); ++r) {
    for (size_t c = 0; c < b.cols(); ++c) {
      double sum = 0;
      for (size_t i = 0; i < a.cols(); ++i) {
        sum += static_cast<double>(a(r, i)) * b(i, c);
      }
      ASSERT_NEAR(out(r, c), sum, tolerance) << r << ',' << c;
    }
  }
}

struct Shape {
  size_t m, k, n;
};

class Gemm : public testing::TestWithParam<Shape> {};

TEST_P(Gemm, GivesTheDefinitionOfEachProduct) {
  const auto [m, k, n] = GetParam();
  const Matrix a = random_matrix(m, k, 1);
  const Matrix b = random_matrix(k, n, 2);
  Matrix out(m, n);
  multiply(a, b, out);
  expect_product(a, b, out);
  out.fill(-1);
  multiply_transposed(a, transposed(b), out);
  expect_product(a, b, out);
  out.fill(-1);
  transposed_multiply(transposed(a), b, out);
  expect_product(a, b, out);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Gemm,
                         testing::Values(Shape{1, 1, 1}, Shape{3, 5, 2}, Shape{17, 64, 257},
                                         Shape{130, 31, 600}, Shape{300, 128, 10}));

TEST(GemmOnViews, LeavesEverythingOutsideTheViewAlone) {
  const Matrix a = random_matrix(6, 20, 1);
  const Matrix b = random_matrix(8, 30, 2);
  Matrix out(6, 12, 7.0f);
  multiply(a.ref().columns(4, 8), b.ref().columns(10, 5), out.ref().columns(3, 5));
  for (size_t r = 0; r < 6; ++r) {
    for (size_t c = 0; c < 12; ++c) {
      double sum = 0;
      for (size_t i = 0; i < 8 && c >= 3 && c < 8; ++i) {
        sum += static_cast<double>(a(r, 4 + i)) * b(i, 10 + c - 3);
      }
      EXPECT_NEAR(out(r, c), c >= 3 && c < 8 ? sum : 7.0, 1e-4);
    }
  }
}

TEST(GemmThreads, DoNotShowInTheBits) {
  const Matrix a = random_matrix(128, 300, 1);
  const Matrix b = random_matrix(300, 1000, 2);
  std::vector<Matrix> results;
  for (const size_t threads : {1, 2, 3, 7}) {
    set_thread_count(threads);
    results.emplace_back(128, 1000);
    multiply(a, b, results.back());
  }
  set_thread_count(2);
  for (const Matrix& result : results) {
    EXPECT_EQ(result, results[0]);
  }
}

TEST(GemmShapes, RejectsOperandsThatDoNotFit) {
  Matrix a(2, 3), b(4, 5), out(2, 5);
  EXPECT_THROW(multiply(a, b, out), ConfigError);
  EXPECT_THROW(multiply_transposed(a, b, out), ConfigError);
  EXPECT_THROW(transposed_multiply(a, b, out), ConfigError);
}

}  // namespace
}  // namespace photic::host
