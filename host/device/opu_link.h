// SPDX-License-Identifier: Apache-2.0
// An optical device as the projector uses it: one queue, one batch under way, plain numbers in and out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "drivers/api/photic.hpp"
#include "host/dfa/ternary_batch.h"
#include "host/recovery/recovery.h"

namespace photic::host {

/// How a vector is shown and recovered. Outputs are real and 16 bits wide.
struct OpuArrangement {
  uint32_t macro = 1;                      // mirrors a feature, lined up from the array's first row on
  uint32_t scheme = PHOTIC_SCHEME_PHASE2;  // PHASE2 or COMPLEMENT: two frames for each sign
};

/// Frames of one ternary vector: two signs by two steps, whichever of the two schemes.
inline constexpr uint32_t kFramesPerVector = 4;

/// An open OPU with buffers for batches of a fixed largest size. All functions throw photic::Error where the
/// device or the driver failed.
class OpuLink {
 public:
  /// Throws DeviceError, naming the device, if it is no OPU or has too few mirrors or pixels.
  OpuLink(std::string uri, uint32_t features, uint32_t outputs, uint32_t most_vectors);

  /// After a failure: makes the device ready to be sent the same work again, its light as it was set, and
  /// returns what that took, `wanted` or harsher. What was submitted is forgotten; after a throw, revive
  /// again. Throws DeviceError if another device answers to the URI.
  Remedy revive(Remedy wanted);

  const std::string& uri() const { return uri_; }
  const photic_capabilities& capabilities() const { return capabilities_; }
  uint32_t features() const { return features_; }
  uint32_t outputs() const { return outputs_; }
  uint32_t most_vectors() const { return most_vectors_; }

  /// Largest count of a pixel at the device's ADC resolution.
  double full_scale() const;

  /// Sets the light: electrons of a pixel are `gain` times its intensity in the device's own units. Clamped
  /// to what the laser can do; returns the gain set.
  double set_gain(double gain);

  /// Starts projecting at most `most_vectors` vectors; frames are numbered from `frame`.
  void submit(const TernaryBatch& vectors, const OpuArrangement& arrangement, uint32_t frame);

  /// Waits for what `submit` started.
  void wait();

  /// Outputs of vector `v` of the last batch waited for.
  std::span<const int16_t> outputs_of(size_t v) const;

  /// Saturated camera pixels of the last batch waited for.
  uint64_t saturated() const { return saturated_; }

  /// Waits for an intensity picture with every feature lit and gives the counts.
  std::vector<int16_t> picture(const OpuArrangement& arrangement, uint32_t frame);

  /// Value of a device counter, 0 if the device has none of that name.
  uint64_t counter(const std::string& name) const;

  /// Device cycles between start and end of all commands so far; 0 on an untimed device.
  uint64_t busy_cycles() const { return busy_cycles_; }

 private:
  void allocate();
  bool reset();
  void restore_light();
  photic_opu_project_desc description(const OpuArrangement& arrangement, uint32_t vectors,
                                      uint32_t frame) const;
  size_t input_words() const { return (features_ + 31) / 32; }
  size_t output_stride() const { return (size_t{outputs_} + 3) / 4 * 4; }

  std::string uri_;
  uint32_t features_;
  uint32_t outputs_;
  uint32_t most_vectors_;
  Device device_;
  photic_capabilities capabilities_{};
  std::optional<photic_opu_settings> light_;  // as last set
  Buffer source_;
  Buffer destination_;
  Queue queue_;
  Event event_;
  uint64_t saturated_ = 0;
  uint64_t busy_cycles_ = 0;
};

}  // namespace photic::host
