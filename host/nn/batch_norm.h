// SPDX-License-Identifier: Apache-2.0
// Batch normalisation over the rows of a batch.
#pragma once

#include "host/nn/layer.h"

namespace photic::host {

/// out = scale * (in - mean) / sqrt(variance + 1e-5) + shift, column by column (Ioffe and Szegedy, 2015).
///
/// In training mean and (biased) variance are the batch's, and the running ones move to them by 0.1;
/// otherwise the running ones are used. Gradients are those of the training form and follow a training
/// `forward`.
class BatchNorm : public Layer {
 public:
  explicit BatchNorm(size_t width);

  size_t output_width() const override { return scale_.value.cols(); }
  void forward(ConstMatrixRef in, MatrixRef out, const Pass& pass) override;
  void input_gradient(ConstMatrixRef in, ConstMatrixRef out, ConstMatrixRef grad_out, MatrixRef grad_in,
                      const Pass& pass) override;
  void parameter_gradient(ConstMatrixRef in, ConstMatrixRef grad_out) override;
  std::vector<Parameter*> parameters() override { return {&scale_, &shift_}; }
  std::vector<Buffer*> buffers() override { return {&running_mean_, &running_variance_}; }

 private:
  void take_batch_statistics(ConstMatrixRef in);

  Parameter scale_;
  Parameter shift_;
  Buffer running_mean_;
  Buffer running_variance_;
  Matrix mean_;     // of the last training batch
  Matrix inverse_;  // 1 / sqrt(variance + epsilon) of the last training batch
};

}  // namespace photic::host
