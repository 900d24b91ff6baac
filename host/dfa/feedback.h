// SPDX-License-Identifier: Apache-2.0
// Where hidden layers get their error from in direct feedback alignment.
#pragma once

#include <cstdint>
#include <memory>

#include "host/dfa/float_projector.h"
#include "host/dfa/projector.h"
#include "host/dfa/ternariser.h"

namespace photic::host {

/// Projects a batch of output errors to all hidden units at once, in two halves so work fits in between.
class Feedback {
 public:
  virtual ~Feedback() = default;
  virtual uint32_t outputs() const = 0;
  /// Takes errors (batch, classes) of one training step; the view need not outlive the call.
  virtual void submit(ConstMatrixRef errors, uint64_t step) = 0;
  /// Writes the projection of the errors last submitted, (batch, outputs()), for unit-variance entries of B.
  virtual void wait(MatrixRef projection) = 0;
  virtual ProjectorReport report() const = 0;
};

/// e B in float arithmetic: the method "float-dfa".
class FloatFeedback : public Feedback {
 public:
  FloatFeedback(size_t classes, uint32_t outputs, uint64_t seed) : projector_(classes, outputs, seed) {}
  uint32_t outputs() const override { return projector_.outputs(); }
  void submit(ConstMatrixRef errors, uint64_t step) override;
  void wait(MatrixRef projection) override;
  ProjectorReport report() const override { return projector_.report(); }

 private:
  FloatProjector projector_;
  Matrix errors_;
};

/// s t B through a projector, t and s from the ternariser: the method "optical-dfa".
///
/// With `centre`, the batch mean of the projection is subtracted from every row: a deterministic ternariser
/// leaves one even where the errors average out, and it would push a constant drift into every hidden unit.
class TernaryFeedback : public Feedback {
 public:
  TernaryFeedback(std::unique_ptr<Projector> projector, const TernariserConfig& ternariser, bool centre,
                  uint64_t seed);
  uint32_t outputs() const override { return projector_->outputs(); }
  void submit(ConstMatrixRef errors, uint64_t step) override;
  void wait(MatrixRef projection) override;
  ProjectorReport report() const override { return projector_->report(); }

 private:
  std::unique_ptr<Projector> projector_;
  TernariserConfig ternariser_;
  bool centre_;
  uint64_t seed_;
  TernaryBatch ternary_;
  Matrix scales_;
  Ticket ticket_;
};

}  // namespace photic::host
