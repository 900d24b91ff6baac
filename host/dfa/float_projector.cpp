// SPDX-License-Identifier: Apache-2.0
// The Gaussian matrix, the product and the optional noise.
#include "host/dfa/float_projector.h"

#include <cmath>

#include "host/base/error.h"
#include "host/base/random.h"
#include "host/tensor/gemm.h"
#include "host/tensor/parallel.h"

namespace photic::host {

FloatProjector::FloatProjector(size_t classes, uint32_t outputs, uint64_t seed, double snr_db)
    : matrix_(classes, outputs), seed_(seed), snr_db_(snr_db) {
  const RandomStream random(seed, Purpose::kFeedback, 0);
  for (size_t i = 0; i < matrix_.size(); ++i) {
    matrix_.data()[i] = random.normal(i);
  }
}

Ticket FloatProjector::submit(const TernaryBatch& errors, uint64_t step) {
  pending_.resize(errors.rows, errors.classes);
  for (size_t i = 0; i < pending_.size(); ++i) {
    pending_.data()[i] = static_cast<float>(errors.values[i]);
  }
  pending_step_ = step;
  vectors_ += errors.rows;
  return {next_ticket_++};
}

void FloatProjector::wait(Ticket ticket, MatrixRef projection) {
  if (ticket.id + 1 != next_ticket_) {
    throw ConfigError("projector", "ticket " + std::to_string(ticket.id) + " is not outstanding",
                      "wait for the last submitted batch");
  }
  project(pending_, projection);
  if (!std::isfinite(snr_db_)) {
    return;
  }
  const double ratio = std::pow(10.0, -snr_db_ / 20.0);
  const RandomStream random(seed_, Purpose::kNoise, pending_step_);
  parallel_ranges(projection.rows, 8, [&](size_t first, size_t last) {
    for (size_t r = first; r < last; ++r) {
      double power = 0;  // E |t B|^2 per output is |t|^2
      for (size_t c = 0; c < pending_.cols(); ++c) {
        power += pending_(r, c) * pending_(r, c);
      }
      const auto deviation = static_cast<float>(std::sqrt(power) * ratio);
      for (size_t c = 0; c < projection.cols; ++c) {
        projection(r, c) += deviation * random.normal(r * projection.cols + c);
      }
    }
  });
}

ProjectorReport FloatProjector::report() const {
  ProjectorReport report;
  report.device = "exact";
  report.vectors = vectors_;
  return report;
}

void FloatProjector::project(ConstMatrixRef errors, MatrixRef projection) const {
  multiply(errors, matrix_.ref(), projection);
}

}  // namespace photic::host
