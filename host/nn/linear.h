// SPDX-License-Identifier: Apache-2.0
// The dense layer.
#pragma once

#include "host/nn/layer.h"

namespace photic::host {

/// out = in * weight + bias; weight is (inputs, outputs), bias one row.
class Linear : public Layer {
 public:
  /// Weights are drawn N(0, (gain / sqrt(inputs))^2) from (seed, Purpose::kInit, layer); biases are 0.
  Linear(size_t inputs, size_t outputs, float gain, uint64_t seed, uint64_t layer);

  size_t output_width() const override { return weight_.value.cols(); }
  void forward(ConstMatrixRef in, MatrixRef out, const Pass& pass) override;
  void input_gradient(ConstMatrixRef in, ConstMatrixRef out, ConstMatrixRef grad_out, MatrixRef grad_in,
                      const Pass& pass) override;
  void parameter_gradient(ConstMatrixRef in, ConstMatrixRef grad_out) override;
  std::vector<Parameter*> parameters() override { return {&weight_, &bias_}; }

 private:
  Parameter weight_;
  Parameter bias_;
};

}  // namespace photic::host
