// SPDX-License-Identifier: Apache-2.0
// Boxes of bytes in linear memory, as the rectangular transfers describe them.
#pragma once

#include <array>
#include <cstddef>

namespace photic::opencl {

/// Bytes of a row, rows, slices.
using Box = std::array<size_t, 3>;

/// A box's place in memory: rows `row_pitch` bytes apart, slices `slice_pitch` bytes apart.
struct Rectangle {
  size_t start = 0;  ///< Byte of the first one.
  size_t row_pitch = 0;
  size_t slice_pitch = 0;

  /// The place that `origin` and the pitches of a call describe (a pitch of 0: rows and slices follow each
  /// other closely). Throws Error(CL_INVALID_VALUE) for pitches too small for `region`, for a slice pitch
  /// that is no multiple of the row pitch, and for numbers no memory has.
  static Rectangle at(const size_t* origin, const Box& region, size_t row_pitch, size_t slice_pitch);

  /// One past the last byte of `region`. Throws Error(CL_INVALID_VALUE) for numbers no memory has.
  size_t end(const Box& region) const;
};

/// The region of a call. Throws Error(CL_INVALID_VALUE) for NULL or a side of 0.
Box region_of(const size_t* region);

void copy_box(std::byte* to, const Rectangle& to_place, const std::byte* from, const Rectangle& from_place,
              const Box& region);

/// Whether two boxes of one memory with the same pitches have a byte in common.
bool overlap(const Rectangle& a, const Rectangle& b, const Box& region);

}  // namespace photic::opencl
