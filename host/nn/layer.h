// SPDX-License-Identifier: Apache-2.0
// What a layer is: a function of a batch with two gradients, and the parameters it learns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/tensor/matrix.h"

namespace photic::host {

/// A learned matrix and the gradient of the batch's mean loss with respect to it.
struct Parameter {
  std::string name;  // unique within its network once Network has prefixed it
  Matrix value;
  Matrix gradient;
  bool decays = true;  // whether weight decay applies: true for weights, false for biases and scales
};

/// State that is saved with a network but not learned by gradient, such as running statistics.
struct Buffer {
  std::string name;
  Matrix value;
};

/// The circumstances of one pass. Everything random in it is a function of (seed, step).
struct Pass {
  bool training = false;
  uint64_t seed = 0;
  uint64_t step = 0;
};

/// One layer. A call of a gradient follows the `forward` of the same pass on the same batch; no output view
/// may overlap an input view.
class Layer {
 public:
  virtual ~Layer() = default;

  virtual size_t output_width() const = 0;

  /// out (batch, output_width) from in (batch, input width).
  virtual void forward(ConstMatrixRef in, MatrixRef out, const Pass& pass) = 0;

  /// grad_in = d loss / d in, given grad_out = d loss / d out.
  virtual void input_gradient(ConstMatrixRef in, ConstMatrixRef out, ConstMatrixRef grad_out,
                              MatrixRef grad_in, const Pass& pass) = 0;

  /// Overwrites the gradients of `parameters()`; does nothing for a layer without any.
  virtual void parameter_gradient(ConstMatrixRef in, ConstMatrixRef grad_out) {
    static_cast<void>(in);
    static_cast<void>(grad_out);
  }

  virtual std::vector<Parameter*> parameters() { return {}; }
  virtual std::vector<Buffer*> buffers() { return {}; }
};

}  // namespace photic::host
