// SPDX-License-Identifier: Apache-2.0
// Cycles that follow from the timing table, beside what a device takes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace photic::test {

/// One quantity of docs/reference/spu-timing.md.
struct Measured {
  std::string what;
  std::string form;     ///< the closed form, as the page writes it
  uint64_t closed = 0;  ///< its value
  uint64_t cycles = 0;  ///< counted on a device
};

/// All rows of the page's table, in its order.
std::vector<Measured> measure_all();

/// The table as the page has it.
std::string as_markdown(const std::vector<Measured>& rows);

}  // namespace photic::test
