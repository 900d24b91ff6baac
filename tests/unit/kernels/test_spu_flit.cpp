// SPDX-License-Identifier: Apache-2.0
// Packets: made, judged, routed.
#include <gtest/gtest.h>

#include "models/kernels/spu/flit.h"

namespace photic::kernels::spu {
namespace {

TEST(SpuFlit, CarriesItsEntryAndEvenParity) {
  for (int32_t payload : {1, 0, -1, 32767, -32768}) {
    const uint64_t word = make_flit({.dx = -3, .dy = 2, .axon = 4095}, 1025, payload);
    EXPECT_TRUE(parity_is_even(word));
    const auto flit = abi::SpuFlit::unpack(word);
    EXPECT_EQ(flit.source, 1u) << "modulo 1024";
    EXPECT_EQ(flit.payload, payload);
    EXPECT_EQ(flit.axon, 4095u);
    EXPECT_EQ(flit.dx, -3);
    EXPECT_EQ(flit.dy, 2);
    EXPECT_EQ(flit.delay + flit.sequence, 0u);
    EXPECT_EQ(flit.type, payload == 1 ? abi::SpuPacket::SPIKE : abi::SpuPacket::GRADED);
    EXPECT_TRUE(is_packet(flit));
  }
  EXPECT_FALSE(parity_is_even(make_flit({.poison = true}, 0, 1)));
  EXPECT_FALSE(parity_is_even(make_flit({.poison = true}, 1, 1)));
  EXPECT_FALSE(is_packet(abi::SpuFlit::unpack(0)));
  EXPECT_FALSE(is_packet({.type = abi::SpuPacket::ERROR}));
}

TEST(SpuFlit, GoesAlongItsRowThenItsColumnWithItsParityKept) {
  for (const bool poison : {false, true}) {
    for (int32_t dx = -16; dx < 16; ++dx) {
      for (int32_t dy = -16; dy < 16; ++dy) {
        uint64_t flit = make_flit({.dx = dx, .dy = dy, .axon = 77, .poison = poison}, 3, -9);
        int32_t x = 0;
        int32_t y = 0;
        bool turned = false;
        for (Port port = wanted_port(flit); port != Port::L; port = wanted_port(flit)) {
          const bool column = port == Port::N || port == Port::S;
          EXPECT_TRUE(column || !turned);
          turned = column;
          x += port == Port::E ? 1 : port == Port::W ? -1 : 0;
          y += port == Port::S ? 1 : port == Port::N ? -1 : 0;
          flit = hop(flit, port);
          ASSERT_EQ(parity_is_even(flit), !poison);
        }
        EXPECT_EQ(x, dx);
        EXPECT_EQ(y, dy);
        EXPECT_EQ(abi::SpuFlit::unpack(flit).payload, -9);
        EXPECT_EQ(abi::SpuFlit::unpack(flit).axon, 77u);
      }
    }
  }
}

}  // namespace
}  // namespace photic::kernels::spu
