// SPDX-License-Identifier: Apache-2.0
// Delivery adds the weights of every format to the accumulators they belong to, in the time they take.
#include "hw/spu/deliver.h"

#include <gtest/gtest.h>

#include "hw/spu/sweep.h"
#include "tests/unit/hw/spu_mesh_bench.h"

namespace photic::hw {
namespace {

using abi::SpuAxon;
using abi::SpuRegion;
using abi::SpuSynapseFormat;

// tiny: 16 neurons, 2 lanes, 4 slots.
class DeliverTest : public testing::Test {
 protected:
  DeliverTest() {
    receive.connect(sender, deliver);
    emitted.connect(emit, sender);
    deliver.base(base);
    memory.write(SpuRegion::CONFIG, 0, abi::SpuConfig{.neurons = 16, .axons = 8}.pack());
  }
  void axon(uint32_t index, const SpuAxon& axon) { memory.write(SpuRegion::AXON, index, axon.pack()); }
  std::vector<int32_t> slot(uint32_t number) const {
    const auto first = memory.accumulators.begin() + 16 * number;
    return {first, first + 16};
  }
  /// Sends packets and returns the cycles the engine worked on them.
  uint64_t run(const std::vector<uint64_t>& flits) {
    sender.give(flits);
    bench.clock.run(200);
    EXPECT_TRUE(bench.activity.quiet.get());
    return counted(abi::SpuCounter::CYCLES_DELIVER);
  }
  uint64_t counted(abi::SpuCounter counter) const { return memory.counters[static_cast<size_t>(counter)]; }

  MeshBench bench;
  UnitMemory memory{*abi::find_spu_preset("tiny"), 0};
  FlitLink receive{bench.clock, "receive", abi::kFifoSpuReceive, bench.activity};
  FlitLink emitted{bench.clock, "emitted", abi::kFifoSpuRouter, bench.activity};
  Sender sender{"sender", bench.clock, receive};
  SpikeQueue queue;
  Emit emit{"emit", bench.clock, memory, queue, emitted, bench.activity};
  Sweep sweep{memory, queue, emit};
  Register<uint32_t> base{bench.clock, "base", 5};
  Deliver deliver{"deliver", bench.clock, memory, receive, sweep, bench.activity};
};

TEST_F(DeliverTest, AddsADenseRowOfPackedWeights) {
  axon(1, {.base = 3, .bits = abi::SpuWeightBits::W4, .exponent = 1, .delay = 2, .target = 4, .extent = 5});
  memory.write(SpuRegion::SYNAPSE, 3, 0xF'8721);  // 1, 2, 7, -8, -1
  EXPECT_EQ(run({spike(0, 0, 1, 3)}), 3U + 3U);
  EXPECT_EQ(slot((5 + 2) % 4), (std::vector<int32_t>{0, 0, 0, 0, 6, 12, 42, -48, -6, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(counted(abi::SpuCounter::SYNAPTIC_OPS), 5U);
  EXPECT_EQ(counted(abi::SpuCounter::SYNAPSE_READS), 1U);
  EXPECT_EQ(counted(abi::SpuCounter::TABLE_READS), 1U);
}

TEST_F(DeliverTest, AddsSparseSynapsesWithTheirOwnDelays) {
  axon(0, {.base = 1, .format = SpuSynapseFormat::SPARSE, .bits = abi::SpuWeightBits::W8, .extent = 3});
  const auto half = [](uint32_t weight, uint32_t target, uint32_t delay) {
    return uint64_t{abi::SpuSynapse{.weight = weight, .target = target, .delay = delay}.pack_half()};
  };
  memory.write(SpuRegion::SYNAPSE, 1, half(10, 15, 0) | half(20, 0, 3) << 32);
  memory.write(SpuRegion::SYNAPSE, 2, half(0xFF, 15, 0));
  EXPECT_EQ(run({spike(0, 0, 0)}), 3U + 3U);
  EXPECT_EQ(slot(5 % 4)[15], 9);
  EXPECT_EQ(slot((5 + 3) % 4)[0], 20);
  EXPECT_EQ(counted(abi::SpuCounter::SYNAPSE_READS), 2U);
}

TEST_F(DeliverTest, WalksAKernelBackwards) {
  axon(0, {.base = 8,
           .format = SpuSynapseFormat::WALK,
           .bits = abi::SpuWeightBits::W8,
           .target = 2,
           .extent = 2U << 7 | 2U << 3,
           .walk = 1});
  memory.write(SpuRegion::WALK, 1,
               abi::SpuWalk{.count = 1, .target_x = 1, .target_y = 4, .kernel_x = 1, .kernel_y = 3}.pack());
  for (uint32_t word = 0; word < 16; ++word) {
    memory.write(SpuRegion::SYNAPSE, word, word);
  }
  EXPECT_EQ(run({spike(0, 0, 0)}), 3U + 4U * 2U);
  EXPECT_EQ(slot(1), (std::vector<int32_t>{0, 0, 8, 7, 0, 0, 5, 4, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(counted(abi::SpuCounter::TABLE_READS), 2U);
}

TEST_F(DeliverTest, PoolsWithoutReadingWeights) {
  axon(0, {.format = SpuSynapseFormat::POOL, .exponent = -1, .target = 6, .extent = 1U << 7 | 1U << 3});
  memory.write(SpuRegion::WALK, 0, abi::SpuWalk{.count = 4}.pack());
  EXPECT_EQ(run({spike(0, 0, 0, -5)}), 3U + 1U + 2U);
  EXPECT_EQ(slot(1), (std::vector<int32_t>{0, 0, 0, 0, 0, 0, -3, -3, -3, -3, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(counted(abi::SpuCounter::SYNAPSE_READS), 0U);
  EXPECT_EQ(counted(abi::SpuCounter::SYNAPTIC_OPS), 4U);
}

TEST_F(DeliverTest, CountsWhatItClips) {
  axon(0, {.bits = abi::SpuWeightBits::W8, .exponent = 7, .extent = 2});
  memory.write(SpuRegion::SYNAPSE, 0, 0x017F);  // 127, 1
  run({spike(0, 0, 0, 32767)});
  EXPECT_EQ(slot(1)[0], (1 << 23) - 1);
  EXPECT_EQ(slot(1)[1], 32767 << 7);
  EXPECT_EQ(counted(abi::SpuCounter::SATURATIONS), 1U);
  EXPECT_TRUE(memory.saturated);
}

TEST_F(DeliverTest, DropsWhatLeadsNowhereAndSaysWhy) {
  axon(2, {.target = 15, .extent = 2});  // beyond the last neuron
  EXPECT_EQ(run({spike(0, 0, 8), spike(0, 0, 2)}), 2U + 3U);
  EXPECT_EQ(counted(abi::SpuCounter::DROPS), 2U);
  run({spike(0, 0, 7) ^ 1, spike(0, 0, 6) ^ 1});
  EXPECT_EQ(counted(abi::SpuCounter::PARITY_ERRORS), 2U);
  ASSERT_TRUE(memory.fault);
  EXPECT_EQ(memory.fault_status, abi::Status::LINK_ERROR);
  EXPECT_EQ(*memory.fault, (kernels::spu::Fault{SpuRegion::AXON, 6}));
}

TEST_F(DeliverTest, HoldsPacketsBackWhileTheSweepIsActive) {
  axon(0, {.bits = abi::SpuWeightBits::W8, .extent = 2});
  memory.write(SpuRegion::CONFIG, 0, abi::SpuConfig{.neurons = 16, .axons = 8}.pack());
  sweep.scan(0);
  const uint64_t last = sweep.start(0, 0, 0);
  EXPECT_EQ(last, 16U + 3U);
  sender.give(std::vector<uint64_t>(20, spike(0, 0, 0)));
  bench.clock.run(last + 1);
  EXPECT_EQ(counted(abi::SpuCounter::FLITS_IN), 0U);
  EXPECT_EQ(sender.sent.size(), abi::kFifoSpuReceive);
  bench.clock.run(1);
  EXPECT_EQ(counted(abi::SpuCounter::FLITS_IN), 1U);
  bench.clock.run(200);
  EXPECT_EQ(counted(abi::SpuCounter::FLITS_IN), 20U);
}

}  // namespace
}  // namespace photic::hw
