// SPDX-License-Identifier: Apache-2.0
// The optical bench at its pins: DMD and camera as a clocked device sees them, cycle by cycle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "drivers/abi/timed_device.h"
#include "models/optics/bench.h"

namespace photic::optics {

/// Pins of DMD, laser, reference beam and camera over a Bench (docs/reference/opu-device.md, "Around the
/// device").
///
/// Used once a cycle: `outputs()` holds what the camera drives in the current cycle, whatever the device
/// drives; `step()` ends the cycle. A picture is computed in the step of its trigger.
class OpticalPins {
 public:
  /// Pixels of a camera beat. A row is a whole number of beats.
  static constexpr size_t kLanes = 4;
  /// Returned as a number of cycles: until the device does something.
  static constexpr uint64_t kForever = std::numeric_limits<uint64_t>::max();
  /// The largest count that fits the camera's pins; larger ones leave it as this.
  static constexpr uint16_t kMostCount = 0xFFF;

  struct Options {
    /// From the trigger to the first beat: a beat can be valid 1 + camera_start_cycles after the trigger's
    /// cycle.
    uint32_t camera_start_cycles = 0;
    /// From the first beat of a row to the first of the next.
    uint32_t row_cycles = 1;
    /// Number of a frame whose trigger the camera never sees.
    std::optional<uint32_t> lose_trigger;
  };

  /// What the device drives during a cycle. `dmd_*`, `cam_trigger` and `cam_abort` act in every cycle they
  /// are high.
  struct Inputs {
    bool dmd_fill = false;
    bool dmd_fill_value = false;
    bool dmd_valid = false;
    uint16_t dmd_row = 0;
    uint16_t dmd_word = 0;
    uint16_t dmd_data = 0;  ///< 16 mirrors, bit 0 leftmost
    bool dmd_latch = false;
    bool laser_on = false;
    uint16_t laser_power = 0;
    uint8_t laser_shift = 0;
    bool ref_on = false;
    uint8_t ref_phase = 0;  ///< twelfths of a turn
    bool cam_trigger = false;
    uint32_t cam_frame = 0;  ///< number of the triggered frame
    uint16_t cam_row = 0;    ///< first row to read out
    uint16_t cam_rows = 0;
    uint8_t cam_adc_bits = 8;
    bool cam_ready = false;
    bool cam_abort = false;  ///< makes the camera idle and forgets the light collected so far
  };

  /// What the camera drives during a cycle. `cam_data` and `cam_last` (last beat of the picture) count with
  /// `cam_valid`.
  struct Outputs {
    bool cam_busy = false;
    bool cam_valid = false;
    std::array<uint16_t, kLanes> cam_data{};
    bool cam_last = false;
    bool operator==(const Outputs&) const = default;
  };

  /// `bench` must outlive the pins.
  OpticalPins(Bench& bench, const Options& options);

  const Outputs& outputs() const { return outputs_; }

  /// Ends the cycle; `cycle` is its SHELL_CYCLE and stamps its events (fill, word, latch, laser, pixels,
  /// trigger in this order). A trigger while the camera is busy is ignored. Throws Error when a picture is
  /// asked for that the bench cannot take.
  void step(const Inputs& device, uint64_t cycle);

  /// Cycles from now on, this one included, in which `outputs()` stays as it is if the device keeps driving
  /// `device`; 0 when a beat is being offered, something in `device` acts, or laser_on differs from the last
  /// cycle.
  uint64_t quiet_cycles(const Inputs& device) const;
  /// Lets `cycles` of those pass.
  void skip(uint64_t cycles, const Inputs& device);

  /// Camera idle, bench and pins as after construction.
  void reset();

  /// Events go to `sink` from now on; null stops.
  void trace(abi::EventSink* sink) { sink_ = sink; }

 private:
  void emit(abi::EventKind kind, uint64_t cycle, uint64_t address, uint64_t data);
  void trigger(const Inputs& device);
  void take_beat(uint64_t cycle);
  uint64_t next_beat_at() const;
  void begin_cycle();

  Bench& bench_;
  Options options_;
  size_t beats_a_row_;
  abi::EventSink* sink_ = nullptr;
  Outputs outputs_;
  uint64_t now_ = 0;  // the current cycle, counted by itself: it need not be the device's
  bool laser_on_ = false;
  uint64_t light_cycles_ = 0;  // since the last trigger
  uint64_t first_row_at_ = 0;  // cycle of the first beat, if busy
  uint64_t idle_at_ = 0;       // earliest cycle of not being busy
  uint32_t rows_ = 0;
  uint32_t row_ = 0;  // of the next beat
  size_t beat_ = 0;   // of the next beat, in its row
};

}  // namespace photic::optics
