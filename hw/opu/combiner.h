// SPDX-License-Identifier: Apache-2.0
// Adds camera frames up to vectors.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "drivers/abi/geometry.h"
#include "hw/base/clocked_module.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"
#include "hw/opu/streams.h"
#include "models/kernels/combine.h"
#include "models/kernels/frames.h"
#include "models/optics/pins.h"

namespace photic::hw {

/// The frame combiner (docs/reference/opu-device.md 4.4): a two-stage pipeline over the frame store, four
/// pixels a cycle.
class Combiner : public ClockedModule, public IdleSource {
 public:
  PulseIn<OpuCommand> engine_start{"engine_start"};
  LevelIn<optics::OpticalPins::Outputs> camera{"camera"};
  LevelIn<bool> flush{"flush"};
  StreamOut<CombinedGroup> combined{"combined"};
  StreamFifo<kernels::Frame> frames;  ///< one for each picture to come
  Register<PixelTotals> pixels;       ///< of the command
  Counter pixels_read;                ///< OPU_PIXELS_READ
  Counter pixels_saturated;           ///< OPU_PIXELS_SATURATED
  Counter frames_dark;                ///< OPU_FRAMES_DARK
  Counter stall_cycles;               ///< OPU_STALL_CYCLES

  Combiner(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset);

  bool idle() const override { return !in_hand_.get() && !b_valid_.get(); }
  /// Whether a camera beat offered in this cycle is taken.
  bool cam_ready() const;

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;

 private:
  using Counts = std::array<uint16_t, kernels::kGroupPixels>;

  /// Stage B's registers: a beat, and what the frame store holds for it.
  struct Beat {
    kernels::Frame frame;
    uint32_t group = 0;
    unsigned pixels = 0;  // of the four, below `outputs`
    bool last = false;    // of the picture
    Counts counts{};
    kernels::GroupSums sums;
    Counts calibration{};
  };

  const abi::Submission& command() const { return engine_start->payload().submission; }
  void accept();
  void finish();

  Register<bool> in_hand_;
  Register<bool> b_valid_;
  kernels::Frame frame_;  // in hand
  uint32_t group_ = 0;    // of the next beat
  bool all_dark_ = true;  // the picture of stage B, so far
  Beat beat_;
  std::vector<kernels::GroupSums> frame_store_;
  std::vector<Counts> calibration_store_;
};

}  // namespace photic::hw
