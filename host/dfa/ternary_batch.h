// SPDX-License-Identifier: Apache-2.0
// Vectors of -1, 0 and 1: what a projector takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace photic::host {

/// A batch of ternary vectors, row-major.
struct TernaryBatch {
  size_t rows = 0;
  size_t classes = 0;
  std::vector<int8_t> values;  // each -1, 0 or 1

  void resize(size_t new_rows, size_t new_classes) {
    rows = new_rows;
    classes = new_classes;
    values.assign(rows * classes, 0);
  }
  int8_t& operator()(size_t r, size_t c) { return values[r * classes + c]; }
  int8_t operator()(size_t r, size_t c) const { return values[r * classes + c]; }
};

}  // namespace photic::host
