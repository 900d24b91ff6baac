// SPDX-License-Identifier: Apache-2.0
// The second half of the experiment: the network that learned by light, as spikes.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "models/workloads/optical_dfa/console.h"
#include "models/workloads/optical_dfa/training.h"

namespace photic::workloads {

struct SpikingOptions {
  std::string device = "golden:spu?geometry=mesh5";
  std::vector<uint32_t> steps = {16};  // of an image; each number is tried, the last is replayed
  size_t images = 0;                   // of the test set; 0: all
  std::string energy = "loihi14";
  std::string replay = "check:rtl,systemc:spu?geometry=mesh5";  // "none": no replay
  size_t replayed_images = 4;
};

/// Throws SnnError for what would fail after a training of `layers` layers: steps too few, an unknown table,
/// a device that does not open, two of different geometries.
void check(const SpikingOptions& options, size_t layers);

/// Converts the outcome's network, classifies test images on the device, and replays some of them on another.
/// Returns false if the replay found a difference, nothing if `stop` became true. Throws SnnError.
std::optional<bool> run_spikes(const SpikingOptions& options, Outcome& trained, const host::Dataset& data,
                               const std::atomic<bool>& stop, Console& console);

}  // namespace photic::workloads
