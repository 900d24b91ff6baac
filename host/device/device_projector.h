// SPDX-License-Identifier: Apache-2.0
// A projector over the driver: any device a URI names.
#pragma once

#include "host/device/opu_tuning.h"
#include "host/dfa/projector.h"

namespace photic::host {

/// Ternary vectors through an OPU. The transmission matrix is the device's own; its scale and light are
/// measured when it is opened.
class DeviceProjector : public Projector {
 public:
  /// `most_rows` is the largest batch that will be submitted. Throws DeviceError.
  DeviceProjector(const std::string& uri, size_t classes, uint32_t outputs, uint32_t most_rows);

  uint32_t outputs() const override { return link_.outputs(); }
  Ticket submit(const TernaryBatch& errors, uint64_t step) override;
  void wait(Ticket ticket, MatrixRef projection) override;

  /// Device time is measured on a device whose cycles are stamped; on an untimed one it is the period of its
  /// frame mode times the frames. Energy is the board's power over that time.
  ProjectorReport report() const override;

  const OpuTuning& tuning() const { return tuning_; }

 private:
  OpuLink link_;
  OpuTuning tuning_;
  uint64_t next_ticket_ = 1;
  size_t pending_rows_ = 0;
  uint64_t vectors_ = 0;
  uint64_t saturated_ = 0;
};

}  // namespace photic::host
