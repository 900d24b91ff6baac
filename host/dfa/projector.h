// SPDX-License-Identifier: Apache-2.0
// The role a random-projection device plays in training.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/dfa/ternary_batch.h"
#include "host/recovery/failures.h"
#include "host/tensor/matrix.h"

namespace photic::host {

/// Names one submitted batch until it has been waited for.
struct Ticket {
  uint64_t id = 0;
};

/// What a projector has cost so far. Cheap enough to ask after every step.
/// Device figures are 0 for a projector that has no device.
struct ProjectorReport {
  std::string device;    // what it is, for people
  uint64_t vectors = 0;  // projected
  uint64_t frames = 0;   // shown
  uint64_t saturated_values = 0;
  double device_seconds = 0;  // simulated or real time the device was busy
  double energy_joules = 0;
  DeviceFailures failures;  // survived
};

/// Projects batches of ternary error vectors; asynchronous so the host can update other layers meanwhile.
///
/// The projection is t B with B fixed, its entries independent of unit variance whatever the device's own
/// scale.
class Projector {
 public:
  virtual ~Projector() = default;

  /// Columns of B.
  virtual uint32_t outputs() const = 0;

  /// Starts projecting. `step` names the first frame: noise is a function of it, not of the order of calls.
  /// At most one batch may be outstanding.
  virtual Ticket submit(const TernaryBatch& errors, uint64_t step) = 0;

  /// Waits for `ticket` and writes (batch, outputs()). Throws DeviceError if the device failed for good.
  virtual void wait(Ticket ticket, MatrixRef projection) = 0;

  virtual ProjectorReport report() const = 0;
};

}  // namespace photic::host
