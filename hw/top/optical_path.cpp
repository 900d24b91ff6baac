// SPDX-License-Identifier: Apache-2.0
// Registers in, pins stepped, the camera's answer registered.
#include "hw/top/optical_path.h"

#include "drivers/abi/registers.h"
#include "hw/base/clock_domain.h"

namespace photic::hw {

OpticalPath::OpticalPath(const sc_core::sc_module_name& name, ClockDomain& clock, const Blocks& blocks,
                         optics::Bench& bench, const optics::OpticalPins::Options& options)
    : ClockedModule(name, clock), camera(clock, "camera"), blocks_(blocks), pins_(bench, options) {}

optics::OpticalPins::Inputs OpticalPath::driven() const {
  const OpuCommand& command = blocks_.control.engine_start.payload();
  const Loader& loader = blocks_.loader;
  const Sequencer& sequencer = blocks_.sequencer;
  const MirrorWord& mirrors = loader.dmd_valid.payload();
  const ReferenceBeam& ref = sequencer.ref.get();
  optics::OpticalPins::Inputs pins;
  pins.dmd_fill = static_cast<bool>(loader.dmd_fill);
  pins.dmd_fill_value = loader.dmd_fill.payload();
  pins.dmd_valid = static_cast<bool>(loader.dmd_valid);
  pins.dmd_row = mirrors.row;
  pins.dmd_word = mirrors.word;
  pins.dmd_data = mirrors.data;
  pins.dmd_latch = static_cast<bool>(sequencer.dmd_latch);
  pins.laser_on = sequencer.laser_on.get();
  pins.laser_power = static_cast<uint16_t>(abi::OPU_LASER_POWER.get(command.settings.laser));
  pins.laser_shift = static_cast<uint8_t>(abi::OPU_LASER_SHIFT.get(command.settings.laser));
  pins.ref_on = ref.on;
  pins.ref_phase = ref.phase;
  pins.cam_trigger = static_cast<bool>(sequencer.cam_trigger);
  pins.cam_frame = sequencer.cam_trigger.payload();
  pins.cam_row = command.submission.camera_row;
  pins.cam_rows = command.submission.camera_rows;
  pins.cam_adc_bits = static_cast<uint8_t>(abi::OPU_CAMERA_ADC_BITS.get(command.settings.camera));
  pins.cam_ready = blocks_.combiner.cam_ready();
  pins.cam_abort = blocks_.control.flush.get();
  return pins;
}

void OpticalPath::on_clock() {
  pins_.step(driven(), clock_.cycle());
  camera.set(pins_.outputs());
}

uint64_t OpticalPath::quiet_cycles() const {
  // The last of the pins' quiet cycles is the one whose edge brings the news.
  const uint64_t quiet = pins_.quiet_cycles(driven());
  return quiet == 0 || quiet == optics::OpticalPins::kForever ? quiet : quiet - 1;
}

}  // namespace photic::hw
