// SPDX-License-Identifier: Apache-2.0
// Where on the mesh each core's worth of pieces goes.
#pragma once

#include <cstdint>
#include <vector>

namespace photic::host::snn {

/// Packets between things to be placed, in any unit: between[a][b] from a to b, io[a] between a and the
/// input/output unit, which lies north of core (0, 0).
struct Traffic {
  std::vector<std::vector<uint64_t>> between;
  std::vector<uint64_t> io;
};

/// A core number, row by row, for each, all different. Starts greedily (the busiest first, each at the free
/// core nearest to what it talks to) and swaps pairs while that shortens the sum of packets times hops. A
/// function of its arguments. At most columns x rows things.
std::vector<uint32_t> place(const Traffic& traffic, uint32_t columns, uint32_t rows);

/// Sum of packets times hops.
uint64_t hop_cost(const Traffic& traffic, const std::vector<uint32_t>& cores, uint32_t columns);

}  // namespace photic::host::snn
