// SPDX-License-Identifier: Apache-2.0
// Shows commands a device has answered to another and compares what comes back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/workloads/optical_dfa/recorder.h"

namespace photic::workloads {

/// What a device made of commands another had answered.
struct ReplayResult {
  uint64_t vectors = 0;
  uint64_t bytes = 0;
  uint64_t differing_bytes = 0;
  host::ProjectorReport cost;  // setting the device up included
};

/// Projects every sample on `device` and compares the answers with those recorded. `batch` and `seed` are
/// those of the training: they name frames and noise. Throws DeviceError if the device fails; one that is
/// itself a comparison of two (`check:`) fails at the first difference in a byte or a cycle.
ReplayResult replay(const std::vector<Sample>& samples, const std::string& device, uint32_t batch,
                    uint64_t seed);

}  // namespace photic::workloads
