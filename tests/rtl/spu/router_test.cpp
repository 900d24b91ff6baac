// SPDX-License-Identifier: Apache-2.0
// photic_spu_router, cycle by cycle, against what the page says of a single router.
#include <gtest/gtest.h>
#include <verilated.h>

#include <bit>

#include "drivers/abi/spiking.h"
#include "drivers/abi/timing.h"
#include "Vphotic_spu_router.h"

namespace photic::verilated {
namespace {

enum Direction : unsigned { kNorth, kEast, kSouth, kWest, kLocal };
constexpr uint8_t kAllOpen = 0xF;

uint64_t flit(int32_t dx, int32_t dy, uint32_t axon) {
  const uint64_t word = abi::SpuFlit{.axon = axon, .dy = dy, .dx = dx, .type = abi::SpuPacket::SPIKE}.pack();
  return word | (std::popcount(word) & 1);
}

struct Router : testing::Test {
  Router() : top(quiet(context), "router") {
    top.open_i = kAllOpen;
    top.rst_ni = 0;
    clock();
    top.rst_ni = 1;
  }
  ~Router() override {
    EXPECT_FALSE(context.gotError()) << "an assertion does not hold";
    top.final();
  }

  static VerilatedContext* quiet(VerilatedContext& context) {
    context.fatalOnError(false);
    return &context;
  }
  void clock() {
    top.clk_i = 0;
    top.eval();
    top.clk_i = 1;
    top.eval();
    top.link_valid_i = 0;
    top.credit_i = 0;
  }
  void put(Direction input, uint64_t word) {
    top.link_valid_i |= 1u << input;
    uint64_t* const links[] = {&top.link_n_i, &top.link_e_i, &top.link_s_i, &top.link_w_i, &top.link_l_i};
    *links[input] = word;
  }
  uint64_t link(Direction output) const {
    const uint64_t links[] = {top.link_n_o, top.link_e_o, top.link_s_o, top.link_w_o, top.link_l_o};
    return links[output];
  }
  /// Sends one flit through the empty router; returns the outputs that are valid when it comes out.
  unsigned through(Direction input, uint64_t word) {
    put(input, word);
    clock();  // into the queue
    clock();  // granted
    return top.link_valid_o;
  }

  VerilatedContext context;
  Vphotic_spu_router top;
};

TEST_F(Router, SendsColumnsFirstAndCountsTheHopOff) {
  struct Case {
    int32_t dx, dy;
    Direction output;
    int32_t next_dx, next_dy;
  };
  for (const Case& c : {Case{3, -2, kEast, 2, -2}, Case{-1, 4, kWest, 0, 4}, Case{0, 2, kSouth, 0, 1},
                        Case{0, -16, kNorth, 0, -15}, Case{0, 0, kLocal, 0, 0}}) {
    EXPECT_EQ(through(kLocal, flit(c.dx, c.dy, 77)), 1u << c.output) << c.dx << ", " << c.dy;
    EXPECT_EQ(link(c.output), flit(c.next_dx, c.next_dy, 77)) << c.dx << ", " << c.dy;
    EXPECT_EQ(top.credit_o, 1u << kLocal) << "the sender is told at the same time";
    top.credit_i = static_cast<uint8_t>(1u << c.output);
    clock();
    EXPECT_EQ(top.idle_o, 1);
  }
}

TEST_F(Router, KeepsAWrongParityWrong) {
  EXPECT_EQ(through(kWest, flit(3, 0, 5) ^ 1), 1u << kEast);
  EXPECT_EQ(link(kEast), flit(2, 0, 5) ^ 1);
}

TEST_F(Router, TakesInputsInTurnAfterTheOneServedLast) {
  for (const Direction input : {kNorth, kEast, kSouth, kWest, kLocal}) {
    put(input, flit(0, 0, input));
  }
  clock();
  for (const Direction input : {kNorth, kEast, kSouth, kWest, kLocal}) {  // `last` begins as L
    clock();
    EXPECT_EQ(link(kLocal), flit(0, 0, input));
  }
  put(kNorth, flit(0, 0, 1));
  clock();
  clock();
  put(kNorth, flit(0, 0, 2));
  put(kWest, flit(0, 0, 3));
  clock();
  clock();
  EXPECT_EQ(link(kLocal), flit(0, 0, 3)) << "north was served last";
}

TEST_F(Router, StopsWithoutCreditAndGoesOnWithEachCredit) {
  for (uint32_t sent = 0; sent < abi::kFifoSpuRouter; ++sent) {
    EXPECT_EQ(through(kLocal, flit(1, 0, sent)), 1u << kEast) << sent;
  }
  EXPECT_EQ(through(kLocal, flit(1, 0, 99)), 0u) << "sent without credit";
  top.credit_i = 1u << kEast;
  clock();
  EXPECT_EQ(top.link_valid_o, 0u) << "a credit counts from the next cycle on";
  clock();
  EXPECT_EQ(link(kEast), flit(0, 0, 99));
  EXPECT_EQ(top.link_valid_o, 1u << kEast);
}

TEST_F(Router, HasMoreCreditTowardsAUnit) {
  top.north_unit_i = 1;
  for (uint32_t sent = 0; sent < abi::kFifoSpuReceive; ++sent) {
    EXPECT_EQ(through(kLocal, flit(0, -1, sent)), 1u << kNorth) << sent;
  }
  EXPECT_EQ(through(kLocal, flit(0, -1, 99)), 0u);
}

TEST_F(Router, DropsWhatLeavesTheMeshAndCountsNoHop) {
  top.open_i = kAllOpen & ~(1u << kEast);
  put(kLocal, flit(1, 0, 5));
  put(kWest, flit(0, 1, 6));
  clock();
  top.clk_i = 0;
  top.eval();
  EXPECT_EQ(top.drops_o, 1);
  EXPECT_EQ(top.hops_o, 1) << "only the flit to the south";
  clock();
  EXPECT_EQ(top.link_valid_o, 1u << kSouth);
  EXPECT_EQ(top.credit_o, 1u << kLocal | 1u << kWest) << "a dropped flit frees its place";
}

TEST_F(Router, ForgetsEverythingOnAFlush) {
  put(kNorth, flit(1, 0, 5));
  clock();
  top.flush_i = 1;
  clock();
  top.flush_i = 0;
  EXPECT_EQ(top.idle_o, 1);
  EXPECT_EQ(top.link_valid_o, 0u);
  EXPECT_EQ(top.credit_o, 0u);
}

}  // namespace
}  // namespace photic::verilated
