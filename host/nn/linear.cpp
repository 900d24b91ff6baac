// SPDX-License-Identifier: Apache-2.0
// The dense layer: three matrix products.
#include "host/nn/linear.h"

#include <cmath>

#include "host/base/random.h"
#include "host/tensor/elementwise.h"
#include "host/tensor/gemm.h"

namespace photic::host {

Linear::Linear(size_t inputs, size_t outputs, float gain, uint64_t seed, uint64_t layer)
    : weight_{"weight", Matrix(inputs, outputs), Matrix(inputs, outputs), true},
      bias_{"bias", Matrix(1, outputs), Matrix(1, outputs), false} {
  const float deviation = gain / std::sqrt(static_cast<float>(inputs));
  const RandomStream random(seed, Purpose::kInit, layer);
  for (size_t i = 0; i < weight_.value.size(); ++i) {
    weight_.value.data()[i] = deviation * random.normal(i);
  }
}

void Linear::forward(ConstMatrixRef in, MatrixRef out, const Pass&) {
  multiply(in, weight_.value.ref(), out);
  add_row(out, bias_.value.ref());
}

void Linear::input_gradient(ConstMatrixRef, ConstMatrixRef, ConstMatrixRef grad_out, MatrixRef grad_in,
                            const Pass&) {
  multiply_transposed(grad_out, weight_.value.ref(), grad_in);
}

void Linear::parameter_gradient(ConstMatrixRef in, ConstMatrixRef grad_out) {
  transposed_multiply(in, grad_out, weight_.gradient);
  sum_rows(grad_out, bias_.gradient);
}

}  // namespace photic::host
