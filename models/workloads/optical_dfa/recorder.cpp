// SPDX-License-Identifier: Apache-2.0
// Copies batches on their way to a projector.
#include "models/workloads/optical_dfa/recorder.h"

#include <algorithm>

namespace photic::workloads {

void Recorder::keep(uint64_t step, size_t rows) {
  steps_.insert(step);
  rows_ = rows;
}

host::Ticket Recorder::submit(const host::TernaryBatch& errors, uint64_t step) {
  answer_wanted_ = steps_.contains(step);
  if (answer_wanted_) {
    Sample sample{step, errors, {}};
    sample.errors.rows = std::min(errors.rows, rows_);
    sample.errors.values.resize(sample.errors.rows * errors.classes);
    samples_.push_back(std::move(sample));
  }
  return projector_->submit(errors, step);
}

void Recorder::wait(host::Ticket ticket, host::MatrixRef projection) {
  projector_->wait(ticket, projection);
  if (answer_wanted_) {
    Sample& sample = samples_.back();
    sample.projection.resize(sample.errors.rows, projection.cols);
    for (size_t row = 0; row < sample.errors.rows; ++row) {
      std::copy_n(projection.row(row), projection.cols, sample.projection.ref().row(row));
    }
    answer_wanted_ = false;
  }
}

}  // namespace photic::workloads
