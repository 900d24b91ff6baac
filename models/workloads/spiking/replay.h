// SPDX-License-Identifier: Apache-2.0
// The same images on another device, byte for byte.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "models/workloads/spiking/classify.h"

namespace photic::workloads {

/// What a device made of images another had classified.
struct SpikingReplay {
  size_t images = 0;
  uint64_t bytes = 0, differing_bytes = 0;        // of what every output sent in every step
  uint64_t counters = 0, differing_counters = 0;  // of every core, those that do not count cycles
  uint64_t first_cycles = 0;  // of the first image, the device's scan of the program included; 0 if untimed
  uint64_t cycles = 0;        // of the other images

  bool same() const { return differing_bytes == 0 && differing_counters == 0; }
  /// Without the scan, where there was more than one image.
  double cycles_an_image() const;
};

/// Shows the first `count` images one by one to `device` and to the device behind `other`. `progress` is
/// called with the number done after each; if it returns false, SnnError (kCancelled) is thrown. Throws
/// SnnError (kDevice) if the other fails; one that is itself a pair (`check:`) fails at the first difference
/// in a byte or a cycle.
SpikingReplay replay(const std::string& device, const std::string& other, const SpikingClassifier& classifier,
                     const host::LabelledImages& images, size_t count,
                     const std::function<bool(size_t)>& progress = {});

}  // namespace photic::workloads
