// SPDX-License-Identifier: Apache-2.0
// A projector over the driver: any device a URI names.
#pragma once

#include <optional>
#include <string>

#include "host/device/opu_tuning.h"
#include "host/dfa/projector.h"
#include "host/recovery/recovery.h"

namespace photic::host {

/// Ternary vectors through an OPU. The transmission matrix is the device's own; its scale and light are
/// measured when it is opened.
///
/// A failure that `policy` and `survivable` let it survive changes no number: the same batch is sent again
/// with the same frames, on a device set as it was, not measured anew.
class DeviceProjector : public Projector {
 public:
  /// `most_rows` is the largest batch that will be submitted. Throws DeviceError.
  DeviceProjector(const std::string& uri, size_t classes, uint32_t outputs, uint32_t most_rows,
                  RetryPolicy policy = {});

  uint32_t outputs() const override { return link_->outputs(); }
  /// A failed device is told by `wait`.
  Ticket submit(const TernaryBatch& errors, uint64_t step) override;
  void wait(Ticket ticket, MatrixRef projection) override;

  /// Of what succeeded; never asks the device. Device time is measured on a device whose cycles are stamped;
  /// on an untimed one it is the period of its frame mode times the frames. Energy is the board's power over
  /// that time.
  ProjectorReport report() const override;

  const OpuTuning& tuning() const { return tuning_; }

 private:
  void set_up(size_t classes, uint32_t outputs, uint32_t most_rows);
  void project();

  std::string uri_;
  Recovery recovery_;
  std::optional<OpuLink> link_;
  OpuTuning tuning_;
  uint64_t next_ticket_ = 1;
  TernaryBatch pending_;
  uint32_t pending_frame_ = 0;
  bool sent_ = false;
  uint64_t vectors_ = 0;
  uint64_t saturated_ = 0;
  uint64_t tuning_cycles_ = 0;       // periods of the frames shown while tuning
  uint64_t busy_before_tuning_ = 0;  // of a tuning that failed and was begun again
};

}  // namespace photic::host
