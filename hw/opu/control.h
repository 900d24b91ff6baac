// SPDX-License-Identifier: Apache-2.0
// Accepts or refuses a command, starts the engines, and says how it ended.
#pragma once

#include <cstdint>
#include <optional>

#include "drivers/abi/geometry.h"
#include "hw/base/clocked_module.h"
#include "hw/base/command.h"
#include "hw/base/dma_stream.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"
#include "hw/opu/streams.h"
#include "models/kernels/frames.h"
#include "models/optics/pins.h"

namespace photic::hw {

/// Control of the optical engine (docs/reference/opu-device.md 4.1). Holds the tag of the stored calibration.
class OpuControl : public ClockedModule {
 public:
  PulseIn<abi::Submission> opu_start{"opu_start"};
  LevelIn<bool> abort{"abort"};
  LevelIn<uint32_t> opu_laser{"opu_laser"};
  LevelIn<uint32_t> opu_camera{"opu_camera"};
  sc_core::sc_port<IdleSource, 0> engines{"engines"};  ///< loader, sequencer, combiner, scaler
  sc_core::sc_port<IdleSource, 0> dma{"dma"};          ///< both DMA engines
  StreamIn<kernels::Frame> frames{"frames"};
  StreamIn<CombinedGroup> combined{"combined"};
  LevelIn<optics::OpticalPins::Outputs> camera{"camera"};
  LevelIn<DmaFailure> read_error{"read_error"};
  LevelIn<DmaFailure> write_error{"write_error"};
  LevelIn<PixelTotals> pixels{"pixels"};
  Pulse<OpuCommand> engine_start;  ///< the payload stays until the next one
  Pulse<CommandResult> opu_done;
  Register<bool> flush;

  OpuControl(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset);

  void on_clock() override;
  void on_reset() override;
  uint64_t quiet_cycles() const override;

 private:
  enum class State : uint8_t { IDLE, CHECK, START, RUN, FLUSH };

  void check();
  void run();
  bool finished() const;
  bool dma_idle() const;
  CommandResult result() const;
  void end(const CommandResult& result);

  const abi::Preset& preset_;
  Register<State> state_;
  OpuCommand command_;
  std::optional<kernels::CalibrationTag> calibration_;
  uint32_t n_ = 0;
};

}  // namespace photic::hw
