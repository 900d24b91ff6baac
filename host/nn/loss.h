// SPDX-License-Identifier: Apache-2.0
// Softmax cross-entropy and the error vector learning starts from.
#pragma once

#include <cstdint>
#include <span>

#include "host/tensor/matrix.h"

namespace photic::host {

/// Sums over a batch.
struct LossSums {
  double loss = 0;     // nats, summed over the rows
  size_t correct = 0;  // rows whose largest logit (the first of equals) is the label's
};

/// errors = softmax(logits) - onehot(labels), row by row: the gradient of each row's own loss, each in [-1,
/// 1] and summing to 0. A label not below logits.cols throws ConfigError.
LossSums softmax_cross_entropy(ConstMatrixRef logits, std::span<const uint8_t> labels, MatrixRef errors);

}  // namespace photic::host
