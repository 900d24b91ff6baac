// SPDX-License-Identifier: Apache-2.0
// What emission takes its work from.
#pragma once

#include <cstdint>
#include <vector>

#include "hw/base/clocked_module.h"

namespace photic::hw {

/// A packet to be sent to the fan-out of a neuron or source.
struct Emission {
  uint32_t source = 0;
  int32_t payload = 0;
};

/// A queue in front of an emission engine.
class EmissionSource {
 public:
  virtual ~EmissionSource() = default;
  /// The first cycle from `now` on in which its first entry can be taken, as far as is known; kQuietForever
  /// if it is empty. Who pushes later wakes the engine.
  virtual uint64_t next(uint64_t now) const = 0;
  /// Takes the first entry.
  virtual Emission pop() = 0;
};

/// The queue between sweep and emission, with room for all neurons. An entry can be taken from the cycle on
/// that it names; entries come in that order.
class SpikeQueue : public EmissionSource {
 public:
  void push(const Emission& emission, uint64_t ready) { entries_.push_back({emission, ready}); }
  uint64_t next(uint64_t now) const override {
    if (first_ == entries_.size()) {
      return kQuietForever;
    }
    return entries_[first_].ready < now ? now : entries_[first_].ready;
  }
  Emission pop() override {
    const Emission emission = entries_[first_++].emission;
    if (first_ == entries_.size()) {
      clear();
    }
    return emission;
  }
  void clear() {
    entries_.clear();
    first_ = 0;
  }

 private:
  struct Entry {
    Emission emission;
    uint64_t ready;
  };
  std::vector<Entry> entries_;
  size_t first_ = 0;
};

}  // namespace photic::hw
