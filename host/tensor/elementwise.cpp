// SPDX-License-Identifier: Apache-2.0
// Row-parallel loops; Eigen only where its vector functions beat the standard library's.
#include "host/tensor/elementwise.h"

#define EIGEN_DONT_PARALLELIZE
#include <algorithm>
#include <cmath>
#include <Eigen/Core>

#include "host/tensor/parallel.h"

namespace photic::host {
namespace {

constexpr size_t kRowGrain = 16;
constexpr size_t kColumnGrain = 128;

template <typename Body>
void for_rows(size_t rows, const Body& body) {
  parallel_ranges(rows, kRowGrain, [&](size_t first, size_t last) {
    for (size_t r = first; r < last; ++r) {
      body(r);
    }
  });
}

/// row[c] = sum over r of m(r, c), for c in [first, last): rows in order, so the partition leaves no trace.
void sum_columns(ConstMatrixRef m, size_t first, size_t last, float* row) {
  std::fill(row + first, row + last, 0.0f);
  for (size_t r = 0; r < m.rows; ++r) {
    const float* source = m.row(r);
    for (size_t c = first; c < last; ++c) {
      row[c] += source[c];
    }
  }
}

}  // namespace

void add_row(MatrixRef m, ConstMatrixRef row) {
  for_rows(m.rows, [&](size_t r) {
    float* out = m.row(r);
    for (size_t c = 0; c < m.cols; ++c) {
      out[c] += row.data[c];
    }
  });
}

void sum_rows(ConstMatrixRef m, MatrixRef row) {
  parallel_ranges(m.cols, kColumnGrain,
                  [&](size_t first, size_t last) { sum_columns(m, first, last, row.data); });
}

void subtract_row_mean(MatrixRef m) {
  if (m.empty()) {
    return;
  }
  std::vector<float> mean(m.cols);
  parallel_ranges(m.cols, kColumnGrain, [&](size_t first, size_t last) {
    sum_columns(m, first, last, mean.data());
    for (size_t c = first; c < last; ++c) {
      mean[c] /= static_cast<float>(m.rows);
    }
    for (size_t r = 0; r < m.rows; ++r) {
      for (size_t c = first; c < last; ++c) {
        m(r, c) -= mean[c];
      }
    }
  });
}

void relu(ConstMatrixRef in, MatrixRef out) {
  for_rows(in.rows, [&](size_t r) {
    for (size_t c = 0; c < in.cols; ++c) {
      out(r, c) = std::max(in(r, c), 0.0f);
    }
  });
}

void relu_gradient(ConstMatrixRef out, ConstMatrixRef grad_out, MatrixRef grad_in) {
  for_rows(out.rows, [&](size_t r) {
    for (size_t c = 0; c < out.cols; ++c) {
      grad_in(r, c) = out(r, c) > 0.0f ? grad_out(r, c) : 0.0f;
    }
  });
}

void tanh(ConstMatrixRef in, MatrixRef out) {
  for_rows(in.rows, [&](size_t r) {
    const auto n = static_cast<Eigen::Index>(in.cols);
    Eigen::Map<Eigen::ArrayXf>(out.row(r), n) = Eigen::Map<const Eigen::ArrayXf>(in.row(r), n).tanh();
  });
}

void tanh_gradient(ConstMatrixRef out, ConstMatrixRef grad_out, MatrixRef grad_in) {
  for_rows(out.rows, [&](size_t r) {
    for (size_t c = 0; c < out.cols; ++c) {
      grad_in(r, c) = grad_out(r, c) * (1.0f - out(r, c) * out(r, c));
    }
  });
}

void scale_rows(MatrixRef m, ConstMatrixRef factors) {
  for_rows(m.rows, [&](size_t r) {
    for (size_t c = 0; c < m.cols; ++c) {
      m(r, c) *= factors(0, r);
    }
  });
}

void scale(ConstMatrixRef in, float factor, MatrixRef out) {
  for_rows(in.rows, [&](size_t r) {
    for (size_t c = 0; c < in.cols; ++c) {
      out(r, c) = factor * in(r, c);
    }
  });
}

double cosine(ConstMatrixRef a, ConstMatrixRef b) {
  double ab = 0, aa = 0, bb = 0;
  for (size_t r = 0; r < a.rows; ++r) {
    for (size_t c = 0; c < a.cols; ++c) {
      const double x = a(r, c), y = b(r, c);
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0.0;
}

}  // namespace photic::host
