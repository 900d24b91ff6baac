// SPDX-License-Identifier: Apache-2.0
// What the spiking half found, for a console.
#pragma once

#include <string>
#include <vector>

#include "models/workloads/spiking/classify.h"

namespace photic::workloads {

/// One number of steps an image.
struct SpikingRow {
  uint32_t steps = 0;
  double rate_accuracy = 0;  // of the quantised weights, if rates were exact
  SpikingScore score;
};

struct SpikingTable {
  std::string device, energy;
  double trained_accuracy = 0;  // in floats, on the same images
  std::vector<SpikingRow> rows;
};

}  // namespace photic::workloads
