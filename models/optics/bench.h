// SPDX-License-Identifier: Apache-2.0
// The optical bench: everything between the mirror pins of the DMD and the sample pins of the camera.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "models/optics/config.h"

namespace photic::optics {

/// `Exposure::reference_phase` of a blocked reference beam.
inline constexpr uint8_t kNoReference = 0xFF;

/// One picture to take.
struct Exposure {
  /// Names the picture: noise, laser fluctuation and drift are functions of it.
  uint32_t frame = 0;
  /// Phase of the reference beam in twelfths of a turn, 0 to 11, or kNoReference.
  uint8_t reference_phase = kNoReference;
  /// Electrons = intensity * exposure_cycles * laser_power / 2^laser_shift.
  uint32_t exposure_cycles = 0;
  uint16_t laser_power = 0;
  uint8_t laser_shift = 0;
  /// Resolution of the ADC: 8, 10 or 12.
  uint8_t adc_bits = 8;
  /// Pixel rows read out, [first_row, first_row + rows).
  uint32_t first_row = 0;
  uint32_t rows = 0;
};

/// DMD, laser, medium, reference beam and camera. A DMD has two layers: a shadow memory that is written, and
/// mirrors that take its state on `latch`. Not thread-safe; counts are the same for every thread count and
/// instruction set.
class Bench {
 public:
  /// Mirrors and shadow start dark. Throws ConfigError.
  explicit Bench(const BenchConfig& config);
  ~Bench();
  Bench(Bench&&) noexcept;
  Bench& operator=(Bench&&) noexcept;

  /// Sets every mirror of the shadow memory; constant time.
  void fill(bool lit);
  /// Writes mirrors [16 * word, 16 * word + 16) of shadow row `row`, bit 0 leftmost. Bits beyond the last
  /// column are ignored. Throws Error when the row or word is not there.
  void load(uint32_t row, uint32_t word, uint16_t mirrors);
  /// Mirrors take the state of the shadow memory, which keeps it.
  void latch();

  /// Takes a picture of the latched mirrors. Throws Error on rows, phase or ADC resolution that do not exist.
  void expose(const Exposure& exposure);
  /// The last picture, row-major, rows * pixel_cols; valid until the next `expose` or `reset`.
  std::span<const uint16_t> counts() const;

  /// Back to the state after construction; the medium, being glass, stays the same.
  void reset();

  /// `counter`, if not null, grows while a long exposure is being computed, so a watchdog can tell it from a
  /// hang. It must outlive the bench or be taken away with null.
  void set_progress(std::atomic<uint64_t>* counter);

  const BenchConfig& config() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace photic::optics
