// SPDX-License-Identifier: Apache-2.0
// Dropout whose mask can be recomputed instead of stored.
#pragma once

#include "host/nn/layer.h"

namespace photic::host {

/// Inverted dropout: in training an element is 0 with probability `rate` (to 2^-16), else divided by (1 -
/// rate); the identity otherwise. The mask is a pure function of (pass.seed, pass.step, layer, element
/// index).
class Dropout : public Layer {
 public:
  /// `rate` in [0, 1); throws ConfigError otherwise.
  Dropout(size_t width, float rate, uint64_t layer);

  size_t output_width() const override { return width_; }
  void forward(ConstMatrixRef in, MatrixRef out, const Pass& pass) override;
  void input_gradient(ConstMatrixRef in, ConstMatrixRef out, ConstMatrixRef grad_out, MatrixRef grad_in,
                      const Pass& pass) override;

 private:
  void apply_mask(ConstMatrixRef in, MatrixRef out, const Pass& pass) const;

  size_t width_;
  float rate_;
  uint64_t layer_;
};

}  // namespace photic::host
