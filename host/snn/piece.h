// SPDX-License-Identifier: Apache-2.0
// How a population is cut: into runs of elements, or, if convolutions or pools feed it, into tiles.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "host/snn/integer_network.h"

namespace photic::host::snn {

/// A box of a population of shape (channels, y, x). Its neurons lie channel-last: (y, x, c) is local neuron
/// (y columns + x) pitch + c. `pitch` >= channels keeps every row of channels where the device takes it.
struct Tile {
  size_t channel = 0, channels = 1, y = 0, rows = 1, x = 0, columns = 1, pitch = 1;
};

inline constexpr uint32_t kPadding = static_cast<uint32_t>(-1);

/// What of a population lies in one core.
struct Piece {
  size_t population = 0;
  std::vector<uint32_t> elements;  // of each local neuron; kPadding where there is none
  std::optional<Tile> tile;
};

/// Parts of a population along its axes; `y` and `x` are 1 for runs.
struct Cut {
  size_t channels = 1, y = 1, x = 1;

  size_t parts() const { return channels * y * x; }
  bool operator==(const Cut&) const = default;
};

/// True if something that walks feeds the population.
bool is_tiled(const IntegerNetwork& network, size_t population);

/// The pieces of a population. Runs are multiples of `lanes` long where that makes no more of them, so there
/// may be fewer than asked for.
std::vector<Piece> cut_population(const IntegerNetwork& network, size_t population, const Cut& cut,
                                  uint32_t lanes);

/// Cuts into `parts`, the most promising first: few channel groups, square tiles. Empty if no cut into that
/// many parts has pieces of at most `neurons` neurons.
std::vector<Cut> cuts(const IntegerNetwork& network, size_t population, size_t parts, uint32_t neurons,
                      uint32_t lanes);

}  // namespace photic::host::snn
