// SPDX-License-Identifier: Apache-2.0
// Latches, exposes and triggers, at the pace of the device's modes.
#pragma once

#include <cstdint>

#include "drivers/abi/geometry.h"
#include "hw/base/clocked_module.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"
#include "hw/opu/streams.h"
#include "models/kernels/frames.h"
#include "models/optics/pins.h"

namespace photic::hw {

/// The reference beam: on, and its phase in twelfths of a turn.
struct ReferenceBeam {
  bool on = false;
  uint8_t phase = 0;
  bool operator==(const ReferenceBeam&) const = default;
  template <typename F>
  void each_field(F f) const {
    f("on", 1, on);
    f("phase", 8, phase);
  }
};

/// The exposure sequencer (docs/reference/opu-device.md 4.3). Latches of a command are at least the mode's
/// period apart.
class Sequencer : public ClockedModule, public IdleSource {
 public:
  PulseIn<OpuCommand> engine_start{"engine_start"};
  LevelIn<bool> frame_valid{"frame_valid"};
  LevelIn<kernels::Frame> frame{"frame"};
  IdleIn loader{"loader"};
  LevelIn<optics::OpticalPins::Outputs> camera{"camera"};
  LevelIn<bool> flush{"flush"};
  StreamOut<kernels::Frame> frames{"frames"};
  Pulse<> dmd_latch;
  Pulse<> frame_taken;
  Register<bool> laser_on;
  Register<ReferenceBeam> ref;
  Pulse<uint32_t> cam_trigger;  ///< number of the frame
  Counter frames_triggered;     ///< OPU_FRAMES
  Counter mirror_words;         ///< OPU_MIRROR_WORDS
  Counter period_cycles;        ///< OPU_PERIOD_CYCLES
  Counter exposure_cycles;      ///< OPU_EXPOSURE_CYCLES
  Counter wait_load_cycles;     ///< OPU_WAIT_LOAD_CYCLES

  Sequencer(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset);

  bool idle() const override { return state_.get() == State::IDLE; }

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;
  void skip(uint64_t cycles) override;

 private:
  enum class State : uint8_t { IDLE, SETTLE, EXPOSE, TRIGGER, ACK };

  const abi::Submission& command() const { return engine_start->payload().submission; }
  bool waits_for_load() const;
  bool can_latch() const;
  bool can_trigger() const;
  void latch();

  const abi::Preset& preset_;
  Register<State> state_;
  kernels::Frame frame_;  // in hand
  bool first_ = false;    // no frame of the command was latched yet
  uint64_t period_ = 0;
  uint64_t since_ = 0;  // cycles since the latch decision
  uint32_t n_ = 0;
};

}  // namespace photic::hw
