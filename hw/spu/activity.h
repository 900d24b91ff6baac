// SPDX-License-Identifier: Apache-2.0
// Whether anything in the mesh or the input/output unit is at work.
#pragma once

#include <algorithm>
#include <cstdint>

#include "hw/base/clocked_module.h"
#include "hw/base/register.h"

namespace photic::hw {

/// The `quiet` of docs/reference/spu-device.md 4.1, kept as a count instead of asked of every unit in every
/// cycle: work that ends at an unknown time is added and removed, work whose last cycle is known is held.
class Activity : public SleepingModule {
 public:
  /// High in every cycle at whose start all units are idle by their registers.
  Register<bool> quiet;

  Activity(const sc_core::sc_module_name& name, ClockDomain& clock)
      : SleepingModule(name, clock), quiet(clock, "quiet", true) {}

  /// A unit is busy from the next cycle on.
  void add(uint32_t works = 1) {
    count_ += works;
    quiet.set(false);
  }
  /// The present cycle is the last one of a work that was added.
  void remove() {
    --count_;
    update();
  }
  /// A unit is busy from the next cycle on, up to and with cycle `last`.
  void hold(uint64_t last) {
    if (last > now()) {
      until_ = std::max(until_, last);
      quiet.set(false);
      if (!armed_) {
        armed_ = true;
        wake_at(last);
      }
    }
  }
  /// All units return to idle.
  void clear() {
    count_ = 0;
    until_ = 0;
    armed_ = false;
    update();
  }

  void on_clock() override {
    if (!armed_) {
      return;
    }
    armed_ = until_ > now();
    if (armed_) {
      wake_at(until_);
    } else {
      update();
    }
  }
  void on_reset() override {
    count_ = 0;
    until_ = 0;
    armed_ = false;
  }

 private:
  void update() { quiet.set(count_ == 0 && until_ <= now()); }

  uint64_t count_ = 0;
  uint64_t until_ = 0;  // last cycle of what is held
  bool armed_ = false;  // a call is on its way
};

}  // namespace photic::hw
