// SPDX-License-Identifier: Apache-2.0
// What the parts of the runner share: one command, and how a driver's error is told.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "drivers/api/photic.hpp"
#include "host/events/spike_train.h"
#include "host/snn/runner.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {

[[noreturn]] inline void device_error(const std::string& uri, const std::string& what) {
  throw SnnError(SnnError::Kind::kDevice, "device " + uri, "", what,
                 "check the URI with 'photic device describe'");
}

template <typename Body>
auto with_device(const std::string& uri, const Body& body) {
  try {
    return body();
  } catch (const photic::Error& error) {
    device_error(uri, error.what());
  }
}

/// What one command does.
struct Runner::Batch {
  std::span<const SpikeTrain> samples;
  uint32_t record = PHOTIC_SPU_RECORD_I32;
  uint32_t period = 1;
  bool strict = false;
  uint32_t core = 0, neuron = 0, neurons = 0;  // STATES
  uint64_t record_bytes = 0;
  uint64_t words = 0;    // of the stream
  bool goes_on = false;  // from the present state, at step `step`
  uint32_t step = 0;

  uint32_t steps() const { return samples.front().steps; }
};

}  // namespace photic::host::snn
