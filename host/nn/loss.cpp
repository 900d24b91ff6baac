// SPDX-License-Identifier: Apache-2.0
// Softmax with the largest logit taken out first, so nothing overflows.
#include "host/nn/loss.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "host/base/error.h"

namespace photic::host {

LossSums softmax_cross_entropy(ConstMatrixRef logits, std::span<const uint8_t> labels, MatrixRef errors) {
  LossSums sums;
  for (size_t r = 0; r < logits.rows; ++r) {
    const float* row = logits.row(r);
    float* error = errors.row(r);
    const size_t label = labels[r];
    if (label >= logits.cols) {
      throw ConfigError(
          "loss", "label " + std::to_string(label) + " with " + std::to_string(logits.cols) + " classes",
          "give the network as many outputs as the data has classes");
    }
    const float* largest = std::max_element(row, row + logits.cols);
    float total = 0;
    for (size_t c = 0; c < logits.cols; ++c) {
      error[c] = std::exp(row[c] - *largest);
      total += error[c];
    }
    for (size_t c = 0; c < logits.cols; ++c) {
      error[c] /= total;
    }
    error[label] -= 1.0f;
    sums.loss += std::log(static_cast<double>(total)) - (static_cast<double>(row[label]) - *largest);
    sums.correct += largest == row + label ? 1 : 0;
  }
  return sums;
}

}  // namespace photic::host
