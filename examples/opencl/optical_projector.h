// SPDX-License-Identifier: Apache-2.0
// What direct feedback alignment asks of a device, over whichever way leads to it.
#pragma once

#include <vector>

#include "examples/opencl/accelerators.h"
#include "host/dfa/projector.h"

namespace photic::example {

/// Ternary vectors by two-step phase shifting. The light is the brightest at which hardly a pixel saturates,
/// the scale is measured, both when it is made.
class OpticalProjector : public host::Projector {
 public:
  /// `devices` must outlive it.
  OpticalProjector(Accelerators& devices, uint32_t classes, uint32_t outputs, uint32_t most_rows);

  uint32_t outputs() const override { return outputs_; }
  host::Ticket submit(const host::TernaryBatch& errors, uint64_t step) override;
  void wait(host::Ticket ticket, host::MatrixRef projection) override;
  host::ProjectorReport report() const override;

 private:
  uint64_t show(const host::TernaryBatch& vectors, uint64_t frame);
  host::TernaryBatch single_classes() const;
  void find_light();
  void measure_scale();
  size_t stride() const { return (size_t{outputs_} + 3) / 4 * 4; }

  Accelerators& devices_;
  OpticalSizes sizes_;
  uint32_t classes_;
  uint32_t outputs_;
  uint32_t most_rows_;
  uint32_t macro_ = 1;
  float scale_ = 1;
  uint64_t vectors_ = 0;
  uint64_t saturated_ = 0;
  std::vector<int16_t> answers_;  // of the batch last shown, rows of stride()
};

}  // namespace photic::example
