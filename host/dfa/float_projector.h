// SPDX-License-Identifier: Apache-2.0
// A projector in host arithmetic: the reference a device is compared with.
#pragma once

#include <limits>

#include "host/dfa/projector.h"

namespace photic::host {

/// Multiplies by an exact Gaussian matrix drawn from (seed, Purpose::kFeedback).
///
/// With a finite `snr_db`, Gaussian noise that many decibels below each row's signal is added, a function of
/// (seed, step, element), so a device's noise can be studied without its other imperfections.
class FloatProjector : public Projector {
 public:
  FloatProjector(size_t classes, uint32_t outputs, uint64_t seed,
                 double snr_db = std::numeric_limits<double>::infinity());

  uint32_t outputs() const override { return static_cast<uint32_t>(matrix_.cols()); }
  Ticket submit(const TernaryBatch& errors, uint64_t step) override;
  void wait(Ticket ticket, MatrixRef projection) override;
  ProjectorReport report() const override;

  /// The same product for real-valued rows (batch, classes), without noise.
  void project(ConstMatrixRef errors, MatrixRef projection) const;

 private:
  Matrix matrix_;  // (classes, outputs)
  uint64_t seed_;
  double snr_db_;
  Matrix pending_;
  uint64_t pending_step_ = 0;
  uint64_t next_ticket_ = 1;
  uint64_t vectors_ = 0;
};

}  // namespace photic::host
