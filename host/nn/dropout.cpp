// SPDX-License-Identifier: Apache-2.0
// The mask is drawn again for the gradient: same seed, step and index, same bits.
#include "host/nn/dropout.h"

#include <cmath>

#include "host/base/error.h"
#include "host/base/random.h"
#include "host/tensor/elementwise.h"
#include "host/tensor/parallel.h"

namespace photic::host {

Dropout::Dropout(size_t width, float rate, uint64_t layer) : width_(width), rate_(rate), layer_(layer) {
  if (!(rate >= 0.0f && rate < 1.0f)) {
    throw ConfigError("dropout", "rate " + std::to_string(rate) + " is outside [0, 1)",
                      "use a rate such as 0.1");
  }
}

void Dropout::apply_mask(ConstMatrixRef in, MatrixRef out, const Pass& pass) const {
  if (!pass.training || rate_ == 0.0f) {
    scale(in, 1.0f, out);
    return;
  }
  const float keep_scale = 1.0f / (1.0f - rate_);
  const auto threshold = static_cast<uint32_t>(std::ldexp(rate_, 32));
  // The step goes in with the index and the layer with the stream: 2^40 draws a step never meet the next
  // one's.
  const uint64_t stream = stream_id(Purpose::kDropout, layer_);
  parallel_ranges(in.rows, 8, [&](size_t first, size_t last) {
    for (size_t r = first; r < last; ++r) {
      for (size_t c = 0; c < in.cols; ++c) {
        const uint64_t element = r * in.cols + c;
        const uint64_t bits = random_bits(pass.seed, stream, (pass.step << 40) + element / 2);
        const auto half = static_cast<uint32_t>(element % 2 == 0 ? bits : bits >> 32);
        out(r, c) = half < threshold ? 0.0f : in(r, c) * keep_scale;
      }
    }
  });
}

void Dropout::forward(ConstMatrixRef in, MatrixRef out, const Pass& pass) {
  apply_mask(in, out, pass);
}

void Dropout::input_gradient(ConstMatrixRef, ConstMatrixRef, ConstMatrixRef grad_out, MatrixRef grad_in,
                             const Pass& pass) {
  apply_mask(grad_out, grad_in, pass);
}

}  // namespace photic::host
