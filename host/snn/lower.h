// SPDX-License-Identifier: Apache-2.0
// The axons and synapse words that a piece of a population needs, before it has a place in a core.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/spiking.h"
#include "host/snn/piece.h"

namespace photic::host::snn {

inline constexpr size_t kNoBlock = static_cast<size_t>(-1);

/// An axon whose `base` counts from the start of `block`, whose `target` from the piece's first neuron, and
/// whose `walk` is an index in the piece's walks.
struct LoweredAxon {
  abi::SpuAxon axon;
  size_t block = kNoBlock;    // index in blocks; kNoBlock where nothing is stored
  size_t connection = 0;      // of the first source
  uint32_t first_source = 0;  // element
  uint32_t operations = 0;    // weights a packet adds
};

/// A piece and what must be in its core. Equal blocks, walks and axons are stored once; an axon is shared by
/// all sources that do the same (of a pooled window, for instance).
struct LoweredPiece {
  Piece piece;
  std::vector<std::vector<uint64_t>> blocks;
  std::vector<abi::SpuWalk> walks;
  std::vector<LoweredAxon> axons;
  /// Axons of each element of each source population (or kInput).
  std::map<size_t, std::vector<std::vector<uint32_t>>> reach;
  size_t synapse_words = 0;
};

/// Lowers every connection into the piece. The network must be checked (check_network). Throws SnnError:
/// kFormat for weights that no storage format holds, kDelay for delays beyond the device's slots.
LoweredPiece lower(const IntegerNetwork& network, Piece piece, const abi::SpuPreset& preset);

/// What `lower` puts axons into.
class PieceBuilder {
 public:
  PieceBuilder(const IntegerNetwork& network, Piece piece, const abi::SpuPreset& preset);

  const IntegerNetwork& network() const { return network_; }
  const Piece& piece() const { return lowered_.piece; }
  const abi::SpuPreset& preset() const { return preset_; }

  /// Index of a block with these words. `sparse`: the synapses of a SPARSE axon, whose words become others in
  /// the core and are shared by such axons only; else 0.
  size_t block(std::vector<uint64_t> words, uint32_t sparse = 0);
  uint32_t walk(const abi::SpuWalk& walk);
  /// Makes `element` of the connection's source reach this axon.
  void add(size_t connection, uint32_t element, const LoweredAxon& axon);

  /// The connection's delay plus `extra`. Throws SnnError (kDelay) naming the connection if the device does
  /// not keep so many steps.
  uint32_t delay(size_t connection, uint32_t extra) const;

  LoweredPiece take() { return std::move(lowered_); }

 private:
  const IntegerNetwork& network_;
  const abi::SpuPreset& preset_;
  LoweredPiece lowered_;
  std::map<std::pair<uint32_t, std::vector<uint64_t>>, size_t> known_blocks_;
  std::map<std::pair<uint64_t, size_t>, uint32_t> known_axons_;  // packed, block
};

/// Neurons [first, first + count) cut so that every part is a row the device takes: it starts a group of
/// lanes or stays inside one.
struct Segment {
  size_t first, count;
};
std::vector<Segment> row_segments(size_t first, size_t count, size_t lanes);

/// Dense and sparse connections, into a piece of any kind.
void lower_rows(PieceBuilder& builder, size_t connection);
/// Convolutions and pools, into a tile.
void lower_convolution(PieceBuilder& builder, size_t connection, const ConvolutionSynapses& synapses);
void lower_pool(PieceBuilder& builder, size_t connection, const PoolSynapses& synapses);

}  // namespace photic::host::snn
