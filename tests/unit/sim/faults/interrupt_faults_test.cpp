// SPDX-License-Identifier: Apache-2.0
// Interrupts and doorbells that are lost or late.
#include "tests/unit/sim/faults/faulty_host.h"

namespace photic::faults {
namespace {

using Vectors = std::vector<unsigned>;

abi::Submission asking_nop() {
  abi::Submission submission = nop();
  submission.flags = abi::SUBMIT_IRQ;
  return submission;
}

TEST(InterruptFaults, LoseTheOneOfTheCommandNamed) {
  FaultyHost host("lost_interrupt,command=1");
  host.run(asking_nop());
  EXPECT_EQ(host.interrupts, Vectors{0});
  host.run(asking_nop());
  EXPECT_EQ(host.interrupts, Vectors{0});
  host.run(asking_nop());
  EXPECT_EQ(host.interrupts, (Vectors{0, 0}));
}

TEST(InterruptFaults, LetThroughWhatIsRaisedForATest) {
  FaultyHost host("lost_interrupt,count=all");
  host.run(asking_nop());
  EXPECT_TRUE(host.interrupts.empty());
  host.device->write(abi::SHELL_IRQ_RAISE, abi::SHELL_IRQ_RAISE_QUEUE.set(1));
  EXPECT_EQ(host.interrupts, Vectors{0});
}

TEST(InterruptFaults, DelayOneByCompletions) {
  FaultyHost host("late_interrupt,by=2");
  host.run(asking_nop());
  host.run(nop());
  EXPECT_TRUE(host.interrupts.empty());
  host.run(nop());
  EXPECT_EQ(host.interrupts, Vectors{0});
}

TEST(InterruptFaults, DelayOneByTimeWhileTheDeviceIsKeptAtWork) {
  FaultyHost host("late_interrupt,ms=3");
  host.ring.submit(asking_nop());
  host.ring.ring_doorbell();
  EXPECT_EQ(host.device->advance(1000), abi::Activity::kWorking);
  EXPECT_TRUE(host.ring.next_completion());
  EXPECT_TRUE(host.interrupts.empty());
  host.work();
  EXPECT_EQ(host.interrupts, Vectors{0});
}

TEST(InterruptFaults, AreTheSameForTheSameRulesAndActions) {
  const auto lost = [](const std::string& seed) {
    FaultyHost host("lost_interrupt,chance=0.5,seed=" + seed);
    std::vector<size_t> after_each;
    for (int i = 0; i < 100; ++i) {
      host.run(asking_nop());
      after_each.push_back(host.interrupts.size());
    }
    return after_each;
  };
  EXPECT_EQ(lost("1"), lost("1"));
  EXPECT_NE(lost("1"), lost("2"));
}

TEST(InterruptFaults, AreForgottenAtAReset) {
  FaultyHost host("late_interrupt,by=1");
  host.run(asking_nop());
  host.reset();
  host.run(nop());
  EXPECT_TRUE(host.interrupts.empty());
}

TEST(DoorbellFaults, DropTheWriteNamed) {
  FaultyHost host("stuck_doorbell,command=1");
  host.run(nop());
  host.start(nop(7));
  EXPECT_FALSE(host.ring.next_completion());
  host.ring.ring_doorbell();
  host.work();
  const std::optional<abi::Completion> completion = host.ring.next_completion();
  ASSERT_TRUE(completion);
  EXPECT_EQ(completion->command, 7);
}

TEST(DoorbellFaults, DoNotCountTheWritesThatOpenAQueue) {
  FaultyHost host("stuck_doorbell");
  host.device->write(abi::QUEUE_CONTROL(1), 0);
  host.device->write(abi::QUEUE_SQ_TAIL(1), 0);
  host.start(nop());
  EXPECT_FALSE(host.ring.next_completion());
}

TEST(DoorbellFaults, StayForGoodIfAskedTo) {
  FaultyHost host("stuck_doorbell,count=all");
  for (int i = 0; i < 5; ++i) {
    host.ring.ring_doorbell();
  }
  host.start(nop());
  EXPECT_FALSE(host.ring.next_completion());
  host.reset();
  host.start(nop());
  EXPECT_FALSE(host.ring.next_completion());
}

}  // namespace
}  // namespace photic::faults
