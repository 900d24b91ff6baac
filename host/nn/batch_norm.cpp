// SPDX-License-Identifier: Apache-2.0
// Column statistics are summed over the rows in order, in double, so they do not depend on threads.
#include "host/nn/batch_norm.h"

#include <cmath>

#include "host/tensor/parallel.h"

namespace photic::host {
namespace {
constexpr float kEpsilon = 1e-5f;
constexpr float kMomentum = 0.1f;
constexpr size_t kColumnGrain = 64;
}  // namespace

BatchNorm::BatchNorm(size_t width)
    : scale_{"scale", Matrix(1, width, 1.0f), Matrix(1, width), false},
      shift_{"shift", Matrix(1, width), Matrix(1, width), false},
      running_mean_{"running_mean", Matrix(1, width)},
      running_variance_{"running_variance", Matrix(1, width, 1.0f)},
      mean_(1, width),
      inverse_(1, width, 1.0f) {}

void BatchNorm::take_batch_statistics(ConstMatrixRef in) {
  const auto n = static_cast<double>(in.rows);
  parallel_ranges(in.cols, kColumnGrain, [&](size_t first, size_t last) {
    for (size_t c = first; c < last; ++c) {
      double sum = 0, squares = 0;
      for (size_t r = 0; r < in.rows; ++r) {
        sum += in(r, c);
      }
      const double mean = sum / n;
      for (size_t r = 0; r < in.rows; ++r) {
        squares += (in(r, c) - mean) * (in(r, c) - mean);
      }
      const auto variance = static_cast<float>(squares / n);
      mean_(0, c) = static_cast<float>(mean);
      inverse_(0, c) = 1.0f / std::sqrt(variance + kEpsilon);
      running_mean_.value(0, c) += kMomentum * (mean_(0, c) - running_mean_.value(0, c));
      running_variance_.value(0, c) += kMomentum * (variance - running_variance_.value(0, c));
    }
  });
}

void BatchNorm::forward(ConstMatrixRef in, MatrixRef out, const Pass& pass) {
  if (pass.training) {
    take_batch_statistics(in);
  }
  for (size_t c = 0; c < in.cols; ++c) {
    const float mean = pass.training ? mean_(0, c) : running_mean_.value(0, c);
    const float inverse =
        pass.training ? inverse_(0, c) : 1.0f / std::sqrt(running_variance_.value(0, c) + kEpsilon);
    const float factor = scale_.value(0, c) * inverse;
    const float offset = shift_.value(0, c) - mean * factor;
    for (size_t r = 0; r < in.rows; ++r) {
      out(r, c) = in(r, c) * factor + offset;
    }
  }
}

void BatchNorm::input_gradient(ConstMatrixRef in, ConstMatrixRef, ConstMatrixRef grad_out, MatrixRef grad_in,
                               const Pass&) {
  const auto n = static_cast<double>(in.rows);
  parallel_ranges(in.cols, kColumnGrain, [&](size_t first, size_t last) {
    for (size_t c = first; c < last; ++c) {
      double sum = 0, product = 0;
      for (size_t r = 0; r < in.rows; ++r) {
        sum += grad_out(r, c);
        product += grad_out(r, c) * (in(r, c) - mean_(0, c)) * inverse_(0, c);
      }
      const auto mean_gradient = static_cast<float>(sum / n);
      const auto mean_product = static_cast<float>(product / n);
      for (size_t r = 0; r < in.rows; ++r) {
        const float normal = (in(r, c) - mean_(0, c)) * inverse_(0, c);
        grad_in(r, c) =
            scale_.value(0, c) * inverse_(0, c) * (grad_out(r, c) - mean_gradient - normal * mean_product);
      }
    }
  });
}

void BatchNorm::parameter_gradient(ConstMatrixRef in, ConstMatrixRef grad_out) {
  parallel_ranges(in.cols, kColumnGrain, [&](size_t first, size_t last) {
    for (size_t c = first; c < last; ++c) {
      double sum = 0, product = 0;
      for (size_t r = 0; r < in.rows; ++r) {
        sum += grad_out(r, c);
        product += grad_out(r, c) * (in(r, c) - mean_(0, c)) * inverse_(0, c);
      }
      shift_.gradient(0, c) = static_cast<float>(sum);
      scale_.gradient(0, c) = static_cast<float>(product);
    }
  });
}

}  // namespace photic::host
