// SPDX-License-Identifier: Apache-2.0
// Mirrors, light and camera as a module on the device's clock.
#pragma once

#include "hw/base/clocked_module.h"
#include "hw/base/register.h"
#include "hw/opu/combiner.h"
#include "hw/opu/control.h"
#include "hw/opu/loader.h"
#include "hw/opu/sequencer.h"
#include "models/optics/bench.h"
#include "models/optics/pins.h"

namespace photic::hw {

/// The far side of the DMD and camera pins: an OpticalPins that sees the engine's registers every cycle.
class OpticalPath : public ClockedModule {
 public:
  Register<optics::OpticalPins::Outputs> camera;  ///< what the camera drives

  /// The blocks whose pins leave the device, and the bench they lead to; all must outlive the path.
  struct Blocks {
    const OpuControl& control;
    const Loader& loader;
    const Sequencer& sequencer;
    const Combiner& combiner;
  };

  OpticalPath(const sc_core::sc_module_name& name, ClockDomain& clock, const Blocks& blocks,
              optics::Bench& bench, const optics::OpticalPins::Options& options);

  void trace(abi::EventSink* sink) { pins_.trace(sink); }

  void on_clock() override;
  void on_reset() override { pins_.reset(); }
  uint64_t quiet_cycles() const override;
  void skip(uint64_t cycles) override { pins_.skip(cycles, driven()); }

 private:
  /// What the device drives in this cycle.
  optics::OpticalPins::Inputs driven() const;

  Blocks blocks_;
  optics::OpticalPins pins_;
};

}  // namespace photic::hw
