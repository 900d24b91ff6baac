// SPDX-License-Identifier: Apache-2.0
// The mask is drawn again for the gradient: same seed, step and index, same bits.
#include "host/nn/dropout.h"

#include <algorithm>
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
  const auto threshold = static_cast<uint32_t>(std::lround(std::ldexp(rate_, 16)));
  const RandomStream random(pass.seed, Purpose::kDropout, layer_);
  const size_t draws = (in.cols + 7) / 8;  // a row
  parallel_ranges(in.rows, 8, [&](size_t first, size_t last) {
    for (size_t r = first; r < last; ++r) {
      for (size_t d = 0; d < draws; ++d) {
        // 2^40 draws a step never meet the next step's.
        const std::array<uint16_t, 8> values = random.shorts((pass.step << 40) + r * draws + d);
        for (size_t c = 8 * d; c < std::min(in.cols, 8 * d + 8); ++c) {
          out(r, c) = values[c % 8] < threshold ? 0.0f : in(r, c) * keep_scale;
        }
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
