// SPDX-License-Identifier: Apache-2.0
// Rings: order, wrap-around, back-pressure, failures.
#include <gtest/gtest.h>

#include <deque>

#include "tests/unit/golden/bench_host.h"

namespace photic::golden {
namespace {

using abi::Status;

TEST(GoldenOpu, FillsACompletion) {
  BenchHost host;
  const abi::Completion completion = host.run(nop(0xBEEF));
  EXPECT_EQ(completion.command, 0xBEEF);
  EXPECT_EQ(completion.sq_head, 1u);
  EXPECT_EQ(completion.status, Status::OK);
  EXPECT_EQ(completion.phase, 1u);
  EXPECT_EQ(completion.detail, 0u);
}

TEST(GoldenOpu, KeepsOrderAndPhaseAroundTheRing) {
  for (const unsigned size_log2 : {1u, 2u, 5u}) {
    BenchHost host(options_of("tiny"), size_log2);
    uint16_t sent = 0;
    uint16_t received = 0;
    while (received < 100) {
      while (host.ring.free_entries() != 0) {
        host.ring.submit(nop(sent++));
      }
      host.ring.ring_doorbell();
      host.work();
      while (const auto completion = host.ring.next_completion()) {
        EXPECT_EQ(completion->command, received);
        ++received;
        EXPECT_EQ(completion->sq_head, received % (1u << size_log2));
      }
      host.ring.acknowledge();
    }
    EXPECT_EQ(host.device->read(abi::QUEUE_SQ_HEAD(0)), received % (1u << size_log2));
    EXPECT_EQ(host.device->read(abi::QUEUE_CQ_TAIL(0)), received % (1u << size_log2));
  }
}

TEST(GoldenOpu, WaitsWhileTheCompletionRingIsFull) {
  BenchHost host(options_of("tiny"), 2);
  for (uint16_t i = 0; i < 3; ++i) {
    host.ring.submit(nop(i));
  }
  host.ring.ring_doorbell();
  host.work();
  ASSERT_EQ(host.counter(abi::SHELL_COMMANDS), 3u);
  // Three completions lie there unacknowledged; the host frees submissions but no completions.
  host.device->write(abi::QUEUE_SQ_TAIL(0), 1);
  host.work();
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 3u);
  EXPECT_EQ(host.device->read(abi::SHELL_STATUS), 0u);
  host.device->write(abi::QUEUE_CQ_HEAD(0), 1);
  EXPECT_EQ(host.device->read(abi::SHELL_STATUS), abi::SHELL_STATUS_BUSY.mask());
  host.work();
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 4u);
}

TEST(GoldenOpu, IgnoresIndexBitsAboveTheRing) {
  BenchHost host(options_of("tiny"), 2);
  host.ring.submit(nop());
  host.device->write(abi::QUEUE_SQ_TAIL(0), 0x8000 + 4 + 1);
  host.work();
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 1u);
}

TEST(GoldenOpu, IgnoresLowBitsOfRingAddresses) {
  BenchHost host;
  host.device->write(abi::QUEUE_SQ_BASE_LO(0), BenchHost::kSubmissions + 63);
  host.device->write(abi::QUEUE_CQ_BASE_LO(0), BenchHost::kCompletions + 63);
  EXPECT_EQ(host.run(nop(3)).command, 3u);
}

TEST(GoldenOpu, ServesNothingWhileDisabled) {
  BenchHost host;
  host.device->write(abi::SHELL_CONTROL, 0);
  host.ring.submit(nop());
  host.ring.ring_doorbell();
  host.work();
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 0u);
  host.device->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
  host.work();
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 1u);
}

TEST(GoldenOpu, TakesTurnsBetweenQueues) {
  BenchHost host;
  std::deque<lockstep::RingClient> rings;
  host.device->write(abi::SHELL_CONTROL, 0);
  for (unsigned q = 0; q < abi::kQueues; ++q) {
    rings.emplace_back(*host.device, host.memory,
                       lockstep::RingPlace{q, BenchHost::kSubmissions + 0x1000 * q,
                                           BenchHost::kCompletions + 0x1000 * q, 3});
    rings.back().open();
    for (uint16_t i = 0; i < 3; ++i) {
      abi::Submission s = nop(i);
      s.flags = abi::SUBMIT_IRQ;
      rings.back().submit(s);
    }
    rings.back().ring_doorbell();
  }
  host.device->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
  host.work();
  EXPECT_EQ(host.interrupts, (std::vector<unsigned>{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3}));
}

TEST(GoldenOpu, RaisesInterruptsOnlyForCommandsThatAsk) {
  BenchHost host;
  host.run(nop());
  EXPECT_TRUE(host.interrupts.empty());
  abi::Submission s = nop();
  s.flags = abi::SUBMIT_IRQ;
  host.run(s);
  EXPECT_EQ(host.interrupts, std::vector<unsigned>{0});
  EXPECT_EQ(host.device->read(abi::SHELL_IRQ_STATUS), 1u);
}

TEST(GoldenOpu, HaltsAQueueWhoseSubmissionCannotBeRead) {
  BenchHost host;
  host.device->write(abi::QUEUE_SQ_BASE_LO(0), BenchHost::kUnmapped);
  const abi::Completion completion = host.run(nop());
  EXPECT_EQ(completion.status, Status::DMA_READ_ERROR);
  EXPECT_EQ(completion.command, 0xFFFFu);
  EXPECT_EQ(completion.detail, BenchHost::kUnmapped);
  EXPECT_EQ(completion.sq_head, 1u);
  EXPECT_EQ(host.interrupts, (std::vector<unsigned>{0, abi::kQueues}));
  const uint32_t error = host.device->read(abi::SHELL_ERROR);
  EXPECT_EQ(abi::SHELL_ERROR_VALID.get(error), 1u);
  EXPECT_EQ(abi::SHELL_ERROR_STATUS.get(error), static_cast<uint32_t>(Status::DMA_READ_ERROR));
  EXPECT_EQ(host.counter(abi::SHELL_ERROR_ADDRESS), BenchHost::kUnmapped);
  EXPECT_EQ(host.device->read(abi::QUEUE_STATUS(0)), abi::QUEUE_STATUS_HALTED.mask());
  host.ring.submit(nop());
  host.ring.ring_doorbell();
  host.work();
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 1u) << "a halted queue rests";
  host.open();
  EXPECT_EQ(host.device->read(abi::QUEUE_STATUS(0)), 0u);
  EXPECT_EQ(host.run(nop()).status, Status::OK);
  host.device->write(abi::SHELL_ERROR, abi::SHELL_ERROR_VALID.mask());
  EXPECT_EQ(host.device->read(abi::SHELL_ERROR), 0u);
  EXPECT_EQ(host.counter(abi::SHELL_ERROR_ADDRESS), 0u);
}

TEST(GoldenOpu, HaltsAQueueWhoseCompletionCannotBeWritten) {
  BenchHost host;
  host.device->write(abi::QUEUE_CQ_BASE_LO(0), BenchHost::kReadOnly);
  host.ring.submit(nop());
  host.ring.ring_doorbell();
  host.work();
  const uint32_t error = host.device->read(abi::SHELL_ERROR);
  EXPECT_EQ(abi::SHELL_ERROR_STATUS.get(error), static_cast<uint32_t>(Status::DMA_WRITE_ERROR));
  EXPECT_EQ(host.counter(abi::SHELL_ERROR_ADDRESS), BenchHost::kReadOnly);
  EXPECT_EQ(host.memory.peek(BenchHost::kReadOnly + 24), 0u);
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 1u);
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS_FAILED), 0u) << "the command itself was fine";
  EXPECT_EQ(host.interrupts, std::vector<unsigned>{abi::kQueues});
}

TEST(GoldenOpu, KeepsTheFirstRingFailureUntilItIsCleared) {
  BenchHost host;
  host.device->write(abi::QUEUE_SQ_BASE_LO(0), BenchHost::kUnmapped);
  host.run(nop());
  lockstep::RingClient other(*host.device, host.memory,
                             {2, BenchHost::kSubmissions + 0x1000, BenchHost::kCompletions + 0x1000, 3});
  other.open();
  host.device->write(abi::QUEUE_SQ_BASE_LO(2), BenchHost::kUnmapped + 0x1'0000);
  other.submit(nop());
  other.ring_doorbell();
  host.work();
  EXPECT_EQ(host.counter(abi::SHELL_ERROR_ADDRESS), BenchHost::kUnmapped);
  EXPECT_EQ(abi::SHELL_ERROR_QUEUE.get(host.device->read(abi::SHELL_ERROR)), 0u);
  EXPECT_EQ(host.device->read(abi::QUEUE_STATUS(2)), abi::QUEUE_STATUS_HALTED.mask());
}

}  // namespace
}  // namespace photic::golden
