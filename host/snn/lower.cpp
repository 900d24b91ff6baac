// SPDX-License-Identifier: Apache-2.0
// Blocks, walks and axons, each kept once.
#include "host/snn/lower.h"

#include <algorithm>

#include "host/snn/for_each_synapse.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {

PieceBuilder::PieceBuilder(const IntegerNetwork& network, Piece piece, const abi::SpuPreset& preset)
    : network_(network), preset_(preset) {
  lowered_.piece = std::move(piece);
}

size_t PieceBuilder::block(std::vector<uint64_t> words, uint32_t sparse) {
  const auto [known, fresh] =
      known_blocks_.try_emplace(std::pair(sparse, std::move(words)), lowered_.blocks.size());
  if (fresh) {
    lowered_.blocks.push_back(known->first.second);
    lowered_.synapse_words += lowered_.blocks.back().size();
  }
  return known->second;
}

uint32_t PieceBuilder::walk(const abi::SpuWalk& walk) {
  auto& walks = lowered_.walks;
  const auto known = std::find(walks.begin(), walks.end(), walk);
  const auto index = static_cast<uint32_t>(known - walks.begin());
  if (!abi::SpuAxon::kWalk.fits(index)) {
    throw SnnError(SnnError::Kind::kDoesNotFit, network_.populations[piece().population].name, "",
                   "one piece of it needs more walks than an axon can name",
                   "feed it by fewer different convolutions");
  }
  if (known == walks.end()) {
    walks.push_back(walk);
  }
  return index;
}

void PieceBuilder::add(size_t connection, uint32_t element, const LoweredAxon& axon) {
  const size_t source = network_.connections[connection].source;
  auto& reach = lowered_.reach[source];
  if (reach.empty()) {
    reach.resize(graph::elements(source_shape(network_, network_.connections[connection])));
  }
  const auto key = std::pair(axon.axon.pack(), axon.block);
  const auto [known, fresh] = known_axons_.try_emplace(key, static_cast<uint32_t>(lowered_.axons.size()));
  if (fresh) {
    lowered_.axons.push_back(axon);
    lowered_.axons.back().connection = connection;
    lowered_.axons.back().first_source = element;
  }
  reach[element].push_back(known->second);
}

uint32_t PieceBuilder::delay(size_t connection, uint32_t extra) const {
  const Connection& c = network_.connections[connection];
  const uint64_t steps = uint64_t{c.delay} + extra;
  if (steps >= preset_.slots) {
    throw SnnError(SnnError::Kind::kDelay, c.name, "delay",
                   "is " + std::to_string(steps) + " steps; '" + std::string(preset_.name) + "' has " +
                       std::to_string(preset_.slots) + " slots and delays by at most " +
                       std::to_string(preset_.slots - 1),
                   "shorten the delay, lengthen the step, or use a larger device");
  }
  return static_cast<uint32_t>(steps);
}

std::vector<Segment> row_segments(size_t first, size_t count, size_t lanes) {
  std::vector<Segment> segments;
  const size_t inside = first % lanes;
  if (inside != 0 && inside + count > lanes) {
    segments.push_back({first, lanes - inside});
    first += lanes - inside;
    count -= lanes - inside;
  }
  segments.push_back({first, count});
  return segments;
}

LoweredPiece lower(const IntegerNetwork& network, Piece piece, const abi::SpuPreset& preset) {
  const size_t population = piece.population;
  PieceBuilder builder(network, std::move(piece), preset);
  for (size_t c = 0; c < network.connections.size(); ++c) {
    const Connection& connection = network.connections[c];
    if (connection.target != population) {
      continue;
    }
    if (const auto* conv = std::get_if<ConvolutionSynapses>(&connection.synapses)) {
      lower_convolution(builder, c, *conv);
    } else if (const auto* pool = std::get_if<PoolSynapses>(&connection.synapses)) {
      lower_pool(builder, c, *pool);
    } else {
      lower_rows(builder, c);
    }
  }
  return builder.take();
}

}  // namespace photic::host::snn
