// SPDX-License-Identifier: Apache-2.0
// The AXI4-Lite port itself, below what a DevicePort can express.
#include <gtest/gtest.h>
#include <verilated.h>

#include "drivers/abi/registers.h"
#include "Vphotic_opu_top.h"

namespace photic::verilated {
namespace {

constexpr uint8_t kAllStrobes = 0xF;

struct AxiLite : testing::Test {
  AxiLite() : top(&context, "opu") {
    top.s_axil_bready_i = 1;
    top.s_axil_rready_i = 1;
    top.rst_ni = 0;
    clock();
    top.rst_ni = 1;
    top.eval();
  }
  ~AxiLite() override { top.final(); }

  void clock() {
    top.clk_i = 0;
    top.eval();
    top.clk_i = 1;
    top.eval();
  }
  void offer_write(uint32_t offset, uint32_t value, uint8_t strobes) {
    top.s_axil_awvalid_i = top.s_axil_wvalid_i = 1;
    top.s_axil_awaddr_i = offset;
    top.s_axil_wdata_i = value;
    top.s_axil_wstrb_i = strobes;
  }
  void withdraw() { top.s_axil_awvalid_i = top.s_axil_wvalid_i = top.s_axil_arvalid_i = 0; }
  uint32_t read(uint32_t offset) {
    top.s_axil_arvalid_i = 1;
    top.s_axil_araddr_i = offset;
    clock();
    withdraw();
    EXPECT_EQ(top.s_axil_rvalid_o, 1);
    return top.s_axil_rdata_o;
  }

  VerilatedContext context;
  Vphotic_opu_top top;
};

TEST_F(AxiLite, DropsWritesWithPartialStrobesButAnswersThem) {
  for (uint8_t strobes = 0; strobes < kAllStrobes; ++strobes) {
    offer_write(abi::SHELL_SCRATCH, 0xDEAD'BEEF, strobes);
    clock();
    withdraw();
    EXPECT_EQ(top.s_axil_bvalid_o, 1);
    EXPECT_EQ(top.s_axil_bresp_o, 0);
    EXPECT_EQ(read(abi::SHELL_SCRATCH), 0u) << "strobes " << unsigned{strobes};
  }
  offer_write(abi::SHELL_SCRATCH, 0xDEAD'BEEF, kAllStrobes);
  clock();
  withdraw();
  EXPECT_EQ(read(abi::SHELL_SCRATCH), 0xDEAD'BEEF);
}

TEST_F(AxiLite, WaitsForBothAddressAndData) {
  offer_write(abi::SHELL_SCRATCH, 1, kAllStrobes);
  top.s_axil_wvalid_i = 0;
  clock();
  EXPECT_EQ(top.s_axil_awready_o, 0);
  EXPECT_EQ(top.s_axil_bvalid_o, 0);
  top.s_axil_wvalid_i = 1;
  clock();
  EXPECT_EQ(top.s_axil_bvalid_o, 1);
}

TEST_F(AxiLite, HoldsAnAnswerUntilItIsTaken) {
  top.s_axil_bready_i = 0;
  offer_write(abi::SHELL_SCRATCH, 1, kAllStrobes);
  clock();
  offer_write(abi::SHELL_SCRATCH, 2, kAllStrobes);
  for (unsigned i = 0; i < 3; ++i) {
    top.eval();
    EXPECT_EQ(top.s_axil_awready_o, 0) << "a second write was taken while the first answer waits";
    clock();
    EXPECT_EQ(top.s_axil_bvalid_o, 1);
  }
  withdraw();
  EXPECT_EQ(read(abi::SHELL_SCRATCH), 1u);
}

TEST_F(AxiLite, KeepsReadDataUntilItIsTaken) {
  top.s_axil_rready_i = 0;
  const uint32_t magic = read(abi::SHELL_MAGIC);
  top.s_axil_arvalid_i = 1;
  top.s_axil_araddr_i = abi::SHELL_VERSION;
  for (unsigned i = 0; i < 3; ++i) {
    clock();
    EXPECT_EQ(top.s_axil_arready_o, 0);
    EXPECT_EQ(top.s_axil_rdata_o, magic);
  }
  top.s_axil_rready_i = 1;
  clock();
  EXPECT_EQ(top.s_axil_rdata_o, abi::SHELL_VERSION_RESET);
}

}  // namespace
}  // namespace photic::verilated
