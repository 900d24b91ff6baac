// SPDX-License-Identifier: Apache-2.0
// Keeps what a projector was shown and what it answered at chosen steps, so that another can be asked the
// same.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "host/dfa/projector.h"
#include "host/tensor/matrix.h"

namespace photic::workloads {

/// The first vectors of one step, and what the projector made of them.
struct Sample {
  uint64_t step = 0;
  host::TernaryBatch errors;
  host::Matrix projection;
};

/// A projector that passes everything on and remembers some of it.
class Recorder : public host::Projector {
 public:
  explicit Recorder(std::unique_ptr<host::Projector> projector) : projector_(std::move(projector)) {}

  /// Remembers at most `rows` vectors of `step`.
  void keep(uint64_t step, size_t rows);

  const std::vector<Sample>& samples() const { return samples_; }

  uint32_t outputs() const override { return projector_->outputs(); }
  host::Ticket submit(const host::TernaryBatch& errors, uint64_t step) override;
  void wait(host::Ticket ticket, host::MatrixRef projection) override;
  host::ProjectorReport report() const override { return projector_->report(); }

 private:
  std::unique_ptr<host::Projector> projector_;
  std::set<uint64_t> steps_;
  size_t rows_ = 0;
  std::vector<Sample> samples_;
  bool answer_wanted_ = false;  // the batch outstanding is a sample
};

}  // namespace photic::workloads
