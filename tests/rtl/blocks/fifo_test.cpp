// SPDX-License-Identifier: Apache-2.0
// photic_fifo against a queue of the standard library, and what it does when misused.
#include <gtest/gtest.h>
#include <verilated.h>

#include <deque>
#include <random>

#include "Vphotic_fifo.h"

namespace photic::verilated {
namespace {

constexpr size_t kDepth = 4;  // the module's default

struct Fifo : testing::Test {
  Fifo() : top(quiet(context), "fifo") {
    top.rst_ni = 0;
    clock();
    top.rst_ni = 1;
  }
  ~Fifo() override { top.final(); }

  static VerilatedContext* quiet(VerilatedContext& context) {
    context.fatalOnError(false);
    return &context;
  }
  void clock() {
    top.clk_i = 0;
    top.eval();
    top.clk_i = 1;
    top.eval();
  }
  void cycle(bool push, uint8_t data, bool pop) {
    top.push_i = push;
    top.data_i = data;
    top.pop_i = pop;
    clock();
    top.push_i = top.pop_i = 0;
  }

  VerilatedContext context;
  Vphotic_fifo top;
};

TEST_F(Fifo, KeepsOrderAndCount) {
  std::mt19937 random(1);
  std::deque<uint8_t> expected;
  for (unsigned i = 0; i < 5000; ++i) {
    ASSERT_EQ(top.count_o, expected.size());
    ASSERT_EQ(top.empty_o, expected.empty());
    ASSERT_EQ(top.full_o, expected.size() == kDepth);
    if (!expected.empty()) {
      ASSERT_EQ(top.data_o, expected.front());
    }
    const bool push = expected.size() < kDepth && (random() & 1) != 0;
    const bool pop = !expected.empty() && (random() & 1) != 0;
    const auto data = static_cast<uint8_t>(random());
    cycle(push, data, pop);
    if (pop) {
      expected.pop_front();
    }
    if (push) {
      expected.push_back(data);
    }
  }
  EXPECT_FALSE(context.gotError());
}

TEST_F(Fifo, TakesNothingWhileFullEvenWhenPopped) {
  for (uint8_t word = 0; word < kDepth; ++word) {
    cycle(true, word, false);
  }
  cycle(true, 99, true);
  EXPECT_EQ(top.count_o, kDepth - 1);
  EXPECT_TRUE(context.gotError()) << "the assertion against overflow did not fire";
  for (uint8_t word = 1; word < kDepth; ++word) {
    EXPECT_EQ(top.data_o, word);
    cycle(false, 0, true);
  }
  EXPECT_EQ(top.empty_o, 1);
}

TEST_F(Fifo, IsEmptyAfterAClearThatMeetsAPush) {
  cycle(true, 1, false);
  top.clear_i = 1;
  cycle(true, 2, false);
  top.clear_i = 0;
  EXPECT_EQ(top.empty_o, 1);
  cycle(true, 3, false);
  EXPECT_EQ(top.data_o, 3);
}

}  // namespace
}  // namespace photic::verilated
