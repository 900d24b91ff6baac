// SPDX-License-Identifier: Apache-2.0
// Float and ternary feedback.
#include "host/dfa/feedback.h"

#include <algorithm>

#include "host/tensor/elementwise.h"

namespace photic::host {

void FloatFeedback::submit(ConstMatrixRef errors, uint64_t) {
  errors_.resize(errors.rows, errors.cols);
  scale(errors, 1.0f, errors_);
}

void FloatFeedback::wait(MatrixRef projection) {
  projector_.project(errors_, projection);
}

TernaryFeedback::TernaryFeedback(std::unique_ptr<Projector> projector, const TernariserConfig& ternariser,
                                 bool centre, uint64_t seed)
    : projector_(std::move(projector)), ternariser_(ternariser), centre_(centre), seed_(seed) {
  check(ternariser);
}

void TernaryFeedback::submit(ConstMatrixRef errors, uint64_t step) {
  ternarise(ternariser_, errors, seed_, step, ternary_, scales_);
  ticket_ = projector_->submit(ternary_, step);
}

void TernaryFeedback::wait(MatrixRef projection) {
  projector_->wait(ticket_, projection);
  scale_rows(projection, scales_);
  if (centre_) {
    subtract_row_mean(projection);
  }
}

}  // namespace photic::host
