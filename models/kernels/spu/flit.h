// SPDX-License-Identifier: Apache-2.0
// Packets: how one is made from a fan-out entry, its parity, and its way through the mesh.
#pragma once

#include <bit>
#include <cstdint>

#include "drivers/abi/spiking.h"

namespace photic::kernels::spu {

/// Whether a flit's parity is right: an even number of its bits are set.
constexpr bool parity_is_even(uint64_t flit) {
  return std::popcount(flit) % 2 == 0;
}

/// The type of a packet.
constexpr abi::SpuPacket packet_type(int32_t payload) {
  return payload == 1 ? abi::SpuPacket::SPIKE : abi::SpuPacket::GRADED;
}

/// The flit a fan-out entry sends for a neuron (or source). Its parity is wrong if the entry is poisoned.
constexpr uint64_t make_flit(const abi::SpuFanout& entry, uint32_t source, int32_t payload) {
  abi::SpuFlit flit;
  flit.source = source % (1u << abi::SpuFlit::kSource.width);
  flit.payload = payload;
  flit.axon = entry.axon;
  flit.dy = entry.dy;
  flit.dx = entry.dx;
  flit.type = packet_type(payload);
  const uint64_t word = flit.pack();
  return word | (parity_is_even(word) == entry.poison ? 1 : 0);
}

/// Whether a core or the input/output unit knows a flit's type; it drops the others.
constexpr bool is_packet(const abi::SpuFlit& flit) {
  return flit.type == abi::SpuPacket::SPIKE || flit.type == abi::SpuPacket::GRADED;
}

/// Ports of a router, in their order of arbitration.
enum class Port : uint8_t { N, E, S, W, L };

/// The output a flit wants: first along its row, then along its column.
constexpr Port wanted_port(uint64_t flit) {
  const int64_t dx = abi::SpuFlit::kDx.get_signed(flit);
  const int64_t dy = abi::SpuFlit::kDy.get_signed(flit);
  return dx > 0 ? Port::E : dx < 0 ? Port::W : dy > 0 ? Port::S : dy < 0 ? Port::N : Port::L;
}

/// The flit on its way through `port`: one hop less, with its parity as right or wrong as it was.
constexpr uint64_t hop(uint64_t flit, Port port) {
  constexpr abi::WordField kDx = abi::SpuFlit::kDx;
  constexpr abi::WordField kDy = abi::SpuFlit::kDy;
  const auto moved = [flit](abi::WordField field, int64_t by) {
    const auto value = static_cast<uint64_t>(field.get_signed(flit) + by) & field.ones();
    return (flit & ~field.mask()) | (value << field.lsb);
  };
  uint64_t next = flit;
  switch (port) {
    case Port::E:
      next = moved(kDx, -1);
      break;
    case Port::W:
      next = moved(kDx, 1);
      break;
    case Port::S:
      next = moved(kDy, -1);
      break;
    case Port::N:
      next = moved(kDy, 1);
      break;
    case Port::L:
      break;
  }
  return next ^ static_cast<uint64_t>(std::popcount(next ^ flit) % 2);
}

}  // namespace photic::kernels::spu
