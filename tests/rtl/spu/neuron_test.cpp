// SPDX-License-Identifier: Apache-2.0
// photic_spu_neuron: one neuron at a time, with results computed by hand from the neuron equation.
#include <gtest/gtest.h>
#include <verilated.h>

#include "drivers/abi/numerics.h"
#include "drivers/abi/spiking.h"
#include "Vphotic_spu_neuron.h"

namespace photic::verilated {
namespace {

constexpr int32_t kHigh = (1 << 23) - 1;
constexpr int32_t kLow = -(1 << 23);

/// What goes in; decays of 0 keep everything.
struct Inputs {
  abi::SpuNeuron0 modes;
  abi::SpuNeuron1 levels{.threshold = 1000};
  abi::SpuNeuron2 rest;
  abi::SpuState0 state;
  int32_t adaptation = 0;
  int32_t sum = 0;
  uint16_t random = 0;
};

struct Results {
  abi::SpuState0 state;
  int32_t adaptation;
  bool fired, spike, emitted;
  int16_t payload;
  unsigned saturations;
};

struct Neuron : testing::Test {
  Neuron() : top(&context, "neuron") {
    top.rst_ni = 0;
    clock();
    top.rst_ni = 1;
  }
  ~Neuron() override { top.final(); }

  void clock() {
    top.clk_i = 0;
    top.eval();
    top.clk_i = 1;
    top.eval();
  }
  Results update(const Inputs& in) {
    top.valid_i = 1;
    top.modes_i = in.modes.pack();
    top.levels_i = in.levels.pack();
    top.rest_i = in.rest.pack();
    top.state_i = in.state.pack();
    top.adaptation_i = static_cast<uint32_t>(in.adaptation) & 0xFF'FFFF;
    top.sum_i = static_cast<uint32_t>(in.sum);
    top.random_current_i = top.random_voltage_i = top.random_adaptation_i = in.random;
    clock();
    top.valid_i = 0;
    EXPECT_EQ(top.valid_o, 0);
    clock();
    EXPECT_EQ(top.valid_o, 1);
    return {.state = abi::SpuState0::unpack(top.state_o),
            .adaptation = static_cast<int32_t>(top.adaptation_o << 8) >> 8,
            .fired = top.fired_o != 0,
            .spike = top.spike_o != 0,
            .emitted = top.emit_o != 0,
            .payload = static_cast<int16_t>(top.payload_o),
            .saturations = top.saturations_o};
  }

  VerilatedContext context;
  Vphotic_spu_neuron top;
};

TEST_F(Neuron, AddsInputTimes64AndBiasTimesItsPower) {
  Inputs in;
  in.sum = -3;
  in.levels.bias = 5;
  in.modes.bias_exponent = 3;
  in.state = {.current = 100, .voltage = 1000};
  const Results out = update(in);
  EXPECT_EQ(out.state.current, 100 - 192);
  EXPECT_EQ(out.state.voltage, 1000 - 92 + 40);
  EXPECT_FALSE(out.fired);
  EXPECT_EQ(out.saturations, 0u);
}

TEST_F(Neuron, RoundsDecaysAsAsked) {
  Inputs in;
  in.modes.voltage_decay = 1024;  // three quarters stay
  in.state.voltage = -7;          // -5.25
  in.modes.rounding = abi::SpuRounding::TOWARD_ZERO;
  EXPECT_EQ(update(in).state.voltage, -5);
  in.modes.rounding = abi::SpuRounding::FLOOR;
  EXPECT_EQ(update(in).state.voltage, -6);
  in.modes.rounding = abi::SpuRounding::STOCHASTIC;
  in.random = 3071;  // -7 x 3072 = -6 x 4096 + 3072: from 1024 on it goes up
  EXPECT_EQ(update(in).state.voltage, -5);
  in.random = 1023;
  EXPECT_EQ(update(in).state.voltage, -6);
  in.random = 1024;
  EXPECT_EQ(update(in).state.voltage, -5);
}

TEST_F(Neuron, FiresAboveOrAtItsThreshold) {
  Inputs in;
  in.levels.threshold = 10;
  in.levels.v_reset = -4;
  in.rest.adaptation_step = 30;
  in.adaptation = 7;
  in.modes.emit = abi::SpuEmit::SPIKE;
  in.modes.refractory = 9;
  in.state.voltage = 647;
  EXPECT_FALSE(update(in).fired) << "640 + 7 is reached, not exceeded";
  in.modes.at_threshold = 1;
  const Results out = update(in);
  EXPECT_TRUE(out.fired && out.spike && out.emitted);
  EXPECT_EQ(out.payload, 1);
  EXPECT_EQ(out.state.voltage, -4);
  EXPECT_EQ(out.state.refractory, 9u);
  EXPECT_EQ(out.adaptation, 37);
  in.modes.reset = abi::SpuReset::SUBTRACT;
  in.state.voltage = 700;
  EXPECT_EQ(update(in).state.voltage, 53) << "the step of the adaptation comes later";
  in.modes.reset = abi::SpuReset::NONE;
  EXPECT_EQ(update(in).state.voltage, 700);
  in.modes.readout = 1;
  EXPECT_FALSE(update(in).fired);
}

TEST_F(Neuron, RestsWhileRefractory) {
  Inputs in;
  in.levels.threshold = 1;
  in.rest.v_rest = -20;
  in.modes.refractory = 5;
  in.state = {.voltage = 500, .refractory = 2};
  Results out = update(in);
  EXPECT_FALSE(out.fired);
  EXPECT_EQ(out.state.voltage, 500);
  EXPECT_EQ(out.state.refractory, 1u);
  in.modes.hold = 1;
  EXPECT_EQ(update(in).state.voltage, -20);
  in.state.refractory = 0;
  EXPECT_TRUE(update(in).fired);
}

TEST_F(Neuron, SendsItsVoltageAsAPayload) {
  Inputs in;
  in.modes.emit = abi::SpuEmit::EVERY_STEP;
  in.modes.graded_shift = 2;
  in.state.voltage = -9;
  Results out = update(in);
  EXPECT_TRUE(out.emitted && out.spike && !out.fired);
  EXPECT_EQ(out.payload, -3);
  in.state.voltage = 3;
  EXPECT_FALSE(update(in).emitted) << "0 is not sent";
  in.state.voltage = 400'000;  // above the threshold, too
  in.levels.threshold = 100'000;
  out = update(in);
  EXPECT_EQ(out.payload, 32'767);
  EXPECT_EQ(out.saturations, 1u);
  in.modes.emit = abi::SpuEmit::GRADED;
  out = update(in);
  EXPECT_FALSE(out.emitted) << "it does not fire";
  EXPECT_EQ(out.saturations, 0u) << "what is not sent does not count";
}

TEST_F(Neuron, ClipsOrWrapsAndCountsEachClip) {
  Inputs in;
  in.levels.threshold = kHigh;
  in.sum = 1 << 24;
  Results out = update(in);
  EXPECT_EQ(out.state.current, kHigh);
  EXPECT_EQ(out.state.voltage, kHigh);
  EXPECT_EQ(out.saturations, 2u) << "input and current; the voltage just fits";
  in.modes.wrap = 1;
  out = update(in);
  EXPECT_EQ(out.state.current, 0);
  EXPECT_EQ(out.saturations, 0u);
  in.sum = 0;
  in.state = {.current = kLow, .voltage = -1};
  out = update(in);
  EXPECT_EQ(out.state.voltage, kLow);
  EXPECT_EQ(out.saturations, 1u);
}

}  // namespace
}  // namespace photic::verilated
