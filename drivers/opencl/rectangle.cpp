// SPDX-License-Identifier: Apache-2.0
// Arithmetic of boxes.
#include "drivers/opencl/rectangle.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "drivers/opencl/status.h"

namespace photic::opencl {
namespace {

size_t product(size_t a, size_t b) {
  size_t result = 0;
  refuse_if(__builtin_mul_overflow(a, b, &result), CL_INVALID_VALUE);
  return result;
}

size_t sum(size_t a, size_t b) {
  size_t result = 0;
  refuse_if(__builtin_add_overflow(a, b, &result), CL_INVALID_VALUE);
  return result;
}

}  // namespace

Box region_of(const size_t* region) {
  refuse_if(region == nullptr || region[0] == 0 || region[1] == 0 || region[2] == 0, CL_INVALID_VALUE);
  return {region[0], region[1], region[2]};
}

Rectangle Rectangle::at(const size_t* origin, const Box& region, size_t row_pitch, size_t slice_pitch) {
  refuse_if(origin == nullptr, CL_INVALID_VALUE);
  if (row_pitch == 0) {
    row_pitch = region[0];
  }
  const size_t rows = product(region[1], row_pitch);
  if (slice_pitch == 0) {
    slice_pitch = rows;
  }
  refuse_if(row_pitch < region[0] || slice_pitch < rows || slice_pitch % row_pitch != 0, CL_INVALID_VALUE);
  return {sum(sum(product(origin[2], slice_pitch), product(origin[1], row_pitch)), origin[0]), row_pitch,
          slice_pitch};
}

size_t Rectangle::end(const Box& region) const {
  const size_t last_row = sum(product(region[2] - 1, slice_pitch), product(region[1] - 1, row_pitch));
  return sum(sum(start, last_row), region[0]);
}

void copy_box(std::byte* to, const Rectangle& to_place, const std::byte* from, const Rectangle& from_place,
              const Box& region) {
  for (size_t slice = 0; slice < region[2]; ++slice) {
    for (size_t row = 0; row < region[1]; ++row) {
      std::memcpy(to + to_place.start + slice * to_place.slice_pitch + row * to_place.row_pitch,
                  from + from_place.start + slice * from_place.slice_pitch + row * from_place.row_pitch,
                  region[0]);
    }
  }
}

// Both lie in memory, so all numbers are small. With equal pitches the boxes' rows repeat at equal distances,
// so the boxes meet if a row of one meets a row of the other: at a distance of d bytes between the starts
// that is so if some whole number of slices and rows, less than the region has of each, comes within a row's
// width of d.
bool overlap(const Rectangle& a, const Rectangle& b, const Box& region) {
  const size_t distance = std::max(a.start, b.start) - std::min(a.start, b.start);
  const auto width = static_cast<int64_t>(region[0]);
  const auto height = static_cast<int64_t>(region[1]);
  for (size_t slices = 0; slices < region[2]; ++slices) {
    // Distance left for whole rows, which may lead back as well as on.
    const int64_t left = static_cast<int64_t>(distance) - static_cast<int64_t>(slices) * a.slice_pitch;
    const auto pitch = static_cast<int64_t>(a.row_pitch);
    const int64_t down = left >= 0 ? left / pitch : -((-left + pitch - 1) / pitch);
    for (const int64_t rows : {down, down + 1}) {
      const int64_t rest = left - rows * pitch;
      if (rows > -height && rows < height && rest > -width && rest < width) {
        return true;
      }
    }
    if (left < -height * pitch) {
      return false;
    }
  }
  return false;
}

}  // namespace photic::opencl
