// SPDX-License-Identifier: Apache-2.0
// The frames a valid command is made of, and the sizes that follow from its fields.
#pragma once

#include <cstdint>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/schemes.h"
#include "models/kernels/format.h"

namespace photic::kernels {

/// `Frame::reference_phase` of a blocked reference beam.
inline constexpr uint8_t kReferenceBlocked = 0xFF;

/// Sizes of a valid PROJECT or CALIBRATE command. A CALIBRATE is one vector whose frames are the steps, and
/// moves no words.
struct CommandShape {
  uint32_t vectors = 0;
  uint32_t planes = 0;             ///< Bit planes of a vector, those of negative entries included.
  uint32_t steps = 0;              ///< Frames of a plane.
  uint32_t source_words = 0;       ///< 64-bit words of an input vector.
  uint32_t destination_words = 0;  ///< 64-bit words of an output vector.
  uint32_t values_per_pixel = 1;   ///< 2 if a pixel gives a real and an imaginary part.
  uint32_t value_bytes = 0;        ///< Bytes of an output value.

  uint32_t frames() const { return vectors * planes * steps; }
};

CommandShape command_shape(const abi::Submission& submission);

/// Weight of a plane: +-2^k.
int32_t plane_weight(abi::InputFormat format, unsigned planes, unsigned plane);

/// Sum of the weights of all planes; 0 for the signed formats.
int32_t plane_weight_sum(abi::InputFormat format, unsigned planes);

/// One camera frame of a command.
struct Frame {
  uint32_t vector = 0;
  uint32_t plane = 0;
  uint32_t step = 0;
  uint32_t number = 0;  ///< Names the frame to the camera.
  Pattern pattern;
  uint8_t reference_phase = kReferenceBlocked;  ///< Twelfths of a turn, or blocked.
  int32_t re = 0;                               ///< Coefficient of the real sum, plane weight included.
  int32_t im = 0;                               ///< Coefficient of the imaginary sum, plane weight included.
  int32_t calibration = 0;  ///< Coefficient of the calibration count; 0 unless first of a vector.
  bool first_of_vector = false;
  bool last_of_vector = false;
  bool calibrating = false;
};

/// Frame `index` of a command, index < command_shape(submission).frames().
Frame frame_at(const abi::Submission& submission, uint32_t index);

}  // namespace photic::kernels
