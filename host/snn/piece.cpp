// SPDX-License-Identifier: Apache-2.0
// Cutting shapes; what a piece costs is decided elsewhere.
#include "host/snn/piece.h"

#include <algorithm>
#include <bit>

namespace photic::host::snn {
namespace {

/// Neurons from one position to the next, so that a row of channels starts a group of lanes or stays inside.
size_t pitch(size_t channels, size_t lanes) {
  return channels >= lanes ? (channels + lanes - 1) / lanes * lanes : std::bit_ceil(channels);
}

size_t share(size_t whole, size_t parts) {
  return (whole + parts - 1) / parts;
}

std::vector<Piece> runs(size_t population, size_t size, size_t parts, size_t lanes) {
  size_t length = share(size, parts);
  const size_t rounded = (length + lanes - 1) / lanes * lanes;
  if (share(size, rounded) <= parts) {
    length = rounded;
  }
  std::vector<Piece> pieces;
  for (size_t first = 0; first < size; first += length) {
    Piece piece{population, {}, std::nullopt};
    for (size_t e = first; e < std::min(first + length, size); ++e) {
      piece.elements.push_back(static_cast<uint32_t>(e));
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

Piece tile_piece(size_t population, const Shape& shape, Tile tile, size_t lanes) {
  tile.pitch = pitch(tile.channels, lanes);
  Piece piece{population, std::vector<uint32_t>(tile.rows * tile.columns * tile.pitch, kPadding), tile};
  for (size_t y = 0; y < tile.rows; ++y) {
    for (size_t x = 0; x < tile.columns; ++x) {
      for (size_t c = 0; c < tile.channels; ++c) {
        piece.elements[(y * tile.columns + x) * tile.pitch + c] =
            static_cast<uint32_t>(((tile.channel + c) * shape[1] + tile.y + y) * shape[2] + tile.x + x);
      }
    }
  }
  while (piece.elements.back() == kPadding) {
    piece.elements.pop_back();
  }
  return piece;
}

}  // namespace

bool is_tiled(const IntegerNetwork& network, size_t population) {
  return std::any_of(network.connections.begin(), network.connections.end(), [&](const Connection& c) {
    return c.target == population && (std::holds_alternative<ConvolutionSynapses>(c.synapses) ||
                                      std::holds_alternative<PoolSynapses>(c.synapses));
  });
}

std::vector<Piece> cut_population(const IntegerNetwork& network, size_t population, const Cut& cut,
                                  uint32_t lanes) {
  const Shape& shape = network.populations[population].shape;
  if (!is_tiled(network, population)) {
    return runs(population, graph::elements(shape), cut.parts(), lanes);
  }
  const size_t channels = share(shape[0], cut.channels);
  const size_t rows = share(shape[1], cut.y);
  const size_t columns = share(shape[2], cut.x);
  std::vector<Piece> pieces;
  for (size_t c = 0; c < shape[0]; c += channels) {
    for (size_t y = 0; y < shape[1]; y += rows) {
      for (size_t x = 0; x < shape[2]; x += columns) {
        const Tile tile{c, std::min(channels, shape[0] - c), y, std::min(rows, shape[1] - y),
                        x, std::min(columns, shape[2] - x),  1};
        pieces.push_back(tile_piece(population, shape, tile, lanes));
      }
    }
  }
  return pieces;
}

std::vector<Cut> cuts(const IntegerNetwork& network, size_t population, size_t parts, uint32_t neurons,
                      uint32_t lanes) {
  const Shape& shape = network.populations[population].shape;
  if (!is_tiled(network, population)) {
    const size_t size = graph::elements(shape);
    return parts <= size && share(size, parts) <= neurons ? std::vector{Cut{parts, 1, 1}}
                                                          : std::vector<Cut>{};
  }
  std::vector<Cut> found;
  for (size_t c = 1; c <= std::min(parts, shape[0]); ++c) {
    for (size_t y = 1; parts % c == 0 && y <= std::min(parts / c, shape[1]); ++y) {
      const size_t x = parts / c / y;
      if (parts / c % y == 0 && x <= shape[2] &&
          pitch(share(shape[0], c), lanes) * share(shape[1], y) * share(shape[2], x) <= neurons) {
        found.push_back({c, y, x});
      }
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const Cut& a, const Cut& b) {
    return std::pair(a.channels, std::max(a.x, a.y)) < std::pair(b.channels, std::max(b.x, b.y));
  });
  return found;
}

}  // namespace photic::host::snn
