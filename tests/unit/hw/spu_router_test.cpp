// SPDX-License-Identifier: Apache-2.0
// Routers send packets the right way, in turn, and never more than the far end holds.
#include "hw/spu/router.h"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <memory>
#include <string>

#include "tests/unit/hw/spu_mesh_bench.h"

namespace photic::hw {
namespace {

using Port = Router::Port;
constexpr Port kPorts[] = {Port::N, Port::E, Port::S, Port::W, Port::L};

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    for (const Port port : kPorts) {
      const auto name = std::to_string(static_cast<int>(port));
      FlitLink& in =
          links.emplace_back(bench.clock, ("in" + name).c_str(), abi::kFifoSpuRouter, bench.activity);
      senders.emplace_back(("sender" + name).c_str(), bench.clock, in);
      in.connect(senders.back(), router);
      router.connect_input(port, in);
      if (port == Port::S) {
        continue;  // the southern edge of the mesh
      }
      FlitLink& out =
          links.emplace_back(bench.clock, ("out" + name).c_str(),
                             port == Port::L ? abi::kFifoSpuReceive : abi::kFifoSpuRouter, bench.activity);
      receivers[static_cast<size_t>(port)] =
          std::make_unique<Receiver>(("receiver" + name).c_str(), bench.clock, out);
      out.connect(router, at(port));
      router.connect_output(port, out);
    }
  }
  Receiver& at(Port port) { return *receivers[static_cast<size_t>(port)]; }
  Sender& from(Port port) { return senders[static_cast<size_t>(port)]; }
  uint64_t counted(abi::SpuCounter counter) const { return memory.counters[static_cast<size_t>(counter)]; }

  MeshBench bench;
  UnitMemory memory{*abi::find_spu_preset("tiny"), 0};
  Router router{"router", bench.clock, memory};
  std::deque<FlitLink> links;
  std::deque<Sender> senders;
  std::array<std::unique_ptr<Receiver>, Router::kPorts> receivers;
};

TEST_F(RouterTest, TakesAPacketTwoCyclesAfterItWasSentAndPassesItOnAtOnce) {
  from(Port::W).give({spike(1, 0)});
  bench.clock.run(20);
  ASSERT_EQ(at(Port::E).taken.size(), 1U);
  EXPECT_EQ(at(Port::E).taken[0].first, 4U);
  EXPECT_EQ(at(Port::E).taken[0].second, spike(0, 0));
  EXPECT_EQ(counted(abi::SpuCounter::HOPS), 1U);
}

TEST_F(RouterTest, SendsAlongTheRowFirstThenAlongTheColumn) {
  from(Port::L).give({spike(-2, -3), spike(0, -3), spike(2, -3), spike(0, 0, 9)});
  bench.clock.run(40);
  ASSERT_EQ(at(Port::W).taken.size(), 1U);
  EXPECT_EQ(at(Port::W).taken[0].second, spike(-1, -3));
  ASSERT_EQ(at(Port::N).taken.size(), 1U);
  EXPECT_EQ(at(Port::N).taken[0].second, spike(0, -2));
  ASSERT_EQ(at(Port::E).taken.size(), 1U);
  EXPECT_EQ(at(Port::E).taken[0].second, spike(1, -3));
  ASSERT_EQ(at(Port::L).taken.size(), 1U);
  EXPECT_EQ(at(Port::L).taken[0].second, spike(0, 0, 9));
  EXPECT_EQ(counted(abi::SpuCounter::HOPS), 3U);
}

TEST_F(RouterTest, KeepsWrongParityWrong) {
  const uint64_t poisoned = spike(3, 0) ^ 1;
  from(Port::W).give({poisoned});
  bench.clock.run(20);
  ASSERT_EQ(at(Port::E).taken.size(), 1U);
  EXPECT_FALSE(kernels::spu::parity_is_even(at(Port::E).taken[0].second));
}

TEST_F(RouterTest, DropsAndCountsWhatLeadsOutOfTheMesh) {
  from(Port::N).give(std::vector<uint64_t>(10, spike(0, 2)));
  bench.clock.run(40);
  EXPECT_EQ(counted(abi::SpuCounter::DROPS), 10U);
  EXPECT_EQ(counted(abi::SpuCounter::HOPS), 0U);
  EXPECT_TRUE(bench.activity.quiet.get());
}

TEST_F(RouterTest, ServesInputsInTurn) {
  for (const Port port : {Port::N, Port::E, Port::W, Port::L}) {
    from(port).give(std::vector<uint64_t>(3, spike(0, 0, static_cast<uint32_t>(port))));
  }
  bench.clock.run(60);
  std::vector<uint32_t> order;
  for (const auto& [cycle, flit] : at(Port::L).taken) {
    order.push_back(abi::SpuFlit::unpack(flit).axon);
  }
  EXPECT_EQ(order, (std::vector<uint32_t>{0, 1, 3, 4, 0, 1, 3, 4, 0, 1, 3, 4}));
  for (size_t i = 1; i < order.size(); ++i) {
    EXPECT_EQ(at(Port::L).taken[i].first, at(Port::L).taken[i - 1].first + 1);
  }
}

TEST_F(RouterTest, PassesAPacketACycleWhenNothingHoldsItUp) {
  from(Port::W).give(std::vector<uint64_t>(30, spike(1, 0)));
  bench.clock.run(100);
  ASSERT_EQ(at(Port::E).taken.size(), 30U);
  EXPECT_EQ(at(Port::E).taken.back().first - at(Port::E).taken.front().first, 29U);
}

TEST_F(RouterTest, SendsNoMoreThanTheFarEndHolds) {
  at(Port::E).open = 200;
  from(Port::W).give(std::vector<uint64_t>(30, spike(1, 0)));
  bench.clock.run(150);
  EXPECT_TRUE(at(Port::E).taken.empty());
  // One FIFO in front of the router, one behind it.
  EXPECT_EQ(from(Port::W).sent.size(), 2 * abi::kFifoSpuRouter);
  EXPECT_FALSE(bench.activity.quiet.get());
  bench.clock.run(150);
  EXPECT_EQ(at(Port::E).taken.size(), 30U);
  EXPECT_EQ(at(Port::E).taken.back().first - at(Port::E).taken.front().first, 29U);
  EXPECT_TRUE(bench.activity.quiet.get());
}

TEST_F(RouterTest, LetsOthersPassAPacketThatWaits) {
  at(Port::E).open = 200;
  from(Port::W).give(std::vector<uint64_t>(6, spike(1, 0)));
  from(Port::L).give({spike(-1, 0)});
  bench.clock.run(20);
  EXPECT_EQ(at(Port::W).taken.size(), 1U);
}

TEST(FlitLink, RefusesAPacketWithoutACreditAndAPopWithoutAPacket) {
  MeshBench bench;
  FlitLink link(bench.clock, "link", 2, bench.activity);
  Sender sender("sender", bench.clock, link);
  Receiver receiver("receiver", bench.clock, link);
  link.connect(sender, receiver);
  link.send(1, 0);
  link.send(2, 1);
  EXPECT_FALSE(link.can_send(2));
  EXPECT_THROW(link.send(3, 2), FifoError);
  EXPECT_THROW(link.pop(1), FifoError);
  EXPECT_EQ(link.front(), 1U);
  link.pop(2);
  EXPECT_FALSE(link.can_send(3));
  EXPECT_TRUE(link.can_send(4));
  EXPECT_THROW(link.pop(2), FifoError);
}

}  // namespace
}  // namespace photic::hw
