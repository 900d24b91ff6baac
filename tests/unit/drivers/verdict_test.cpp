// SPDX-License-Identifier: Apache-2.0
// What the driver takes for a fault: completions no device can write, and queues that stand still.
#include "drivers/api/verdict.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/api/completion_check.h"

namespace photic::api {
namespace {

constexpr uint32_t kEntries = 8;

// Command 5 of a ring of which 4, 5, 6, 7 and 0 were submitted.
abi::Completion valid() {
  abi::Completion completion;
  completion.start = 100;
  completion.end = 110;
  completion.command = 5;
  completion.sq_head = 6;
  completion.status = abi::Status::TIMEOUT;
  completion.phase = 1;
  return completion;
}
constexpr uint32_t kTail = 1;

TEST(CompletionCheck, AcceptsWhatADeviceWrites) {
  EXPECT_EQ(fault_of(valid(), kEntries, kTail), "");
  abi::Completion ahead = valid();
  for (const uint16_t fetched : {6, 7, 0, 1}) {
    ahead.sq_head = fetched;
    EXPECT_EQ(fault_of(ahead, kEntries, kTail), "") << fetched;
  }
  abi::Completion untimed = valid();
  untimed.start = untimed.end = 0;
  EXPECT_EQ(fault_of(untimed, kEntries, kTail), "");
  abi::Completion unread = valid();
  unread.command = kUnreadCommand;
  unread.status = abi::Status::DMA_READ_ERROR;
  EXPECT_EQ(fault_of(unread, kEntries, kTail), "");
}

TEST(CompletionCheck, RefusesWhatNoDeviceWrites) {
  const std::vector<std::pair<const char*, std::function<void(abi::Completion&)>>> cases{
      {"phase 3", [](auto& c) { c.phase = 3; }},
      {"status 127", [](auto& c) { c.status = static_cast<abi::Status>(0x7F); }},
      {"status 264", [](auto& c) { c.status = abi::Status::DEVICE_LOST; }},
      {"command 8", [](auto& c) { c.command = kEntries; }},
      {"sq_head 8", [](auto& c) { c.sq_head = kEntries; }},
      {"sq_head 2", [](auto& c) { c.sq_head = 2; }},  // beyond the doorbell
      {"sq_head 5", [](auto& c) { c.sq_head = 5; }},  // the command itself is not fetched
      {"sq_head 6", [](auto& c) { c.command = 7; }},  // another command's completion
      {"ends in cycle 99", [](auto& c) { c.end = 99; }},
      {"could not read",
       [](auto& c) {
         c.command = kUnreadCommand;
         c.status = abi::Status::OK;
       }},
  };
  for (const auto& [text, spoil] : cases) {
    abi::Completion completion = valid();
    spoil(completion);
    EXPECT_NE(fault_of(completion, kEntries, kTail).find(text), std::string::npos)
        << text << ": " << fault_of(completion, kEntries, kTail);
  }
}

constexpr QueueBelief kBelief{5, 2, 3};

QueueSigns waiting() {
  QueueSigns signs;
  signs.busy = true;
  signs.commands = 1000;
  signs.open = true;
  signs.sq_tail = kBelief.sq_tail;
  signs.cq_head = kBelief.cq_head;
  signs.sq_head = 3;
  signs.cq_tail = kBelief.next_completion;
  signs.heartbeat = 77;
  return signs;
}

TEST(Verdict, LeavesADeviceAloneThatKnowsOfItsWork) {
  EXPECT_EQ(judge(kBelief, waiting(), std::nullopt), Verdict::kAtWork);
}

TEST(Verdict, NeverBlamesAQueueForALongCommand) {
  QueueSigns later = waiting();
  later.heartbeat += 1'000'000;
  EXPECT_EQ(judge(kBelief, later, waiting()), Verdict::kAtWork);  // of another queue
  QueueSigns own = waiting();
  own.sq_head = 4;
  QueueSigns own_later = own;
  own_later.heartbeat += 1'000'000;
  EXPECT_EQ(judge(kBelief, own_later, own), Verdict::kAtWork);  // or of its own
}

TEST(Verdict, LeavesAHangingDeviceToItsHeartbeat) {
  QueueSigns idle = waiting();
  idle.busy = false;
  EXPECT_EQ(judge(kBelief, idle, idle), Verdict::kAtWork);
}

TEST(Verdict, FindsDoorbellsThatWereLost) {
  QueueSigns signs = waiting();
  signs.sq_tail = 4;
  EXPECT_EQ(judge(kBelief, signs, std::nullopt), Verdict::kDoorbellLost);
  signs = waiting();
  signs.cq_head = 1;
  EXPECT_EQ(judge(kBelief, signs, std::nullopt), Verdict::kDoorbellLost);
}

TEST(Verdict, FindsACompletionThatWasLost) {
  QueueSigns signs = waiting();
  signs.cq_tail = 4;
  EXPECT_EQ(judge(kBelief, signs, std::nullopt), Verdict::kCompletionLost);
}

TEST(Verdict, FindsQueuesThatAreNotServed) {
  QueueSigns signs = waiting();
  signs.halted = true;
  EXPECT_EQ(judge(kBelief, signs, std::nullopt), Verdict::kHalted);
  signs = waiting();
  signs.open = false;
  EXPECT_EQ(judge(kBelief, signs, std::nullopt), Verdict::kClosed);
}

TEST(Verdict, FindsAQueueThatIsPassedOver) {
  QueueSigns later = waiting();
  later.heartbeat += 1;
  later.commands += 2 * abi::kQueues;
  EXPECT_EQ(judge(kBelief, later, waiting()), Verdict::kAtWork);  // it may just have got its turn
  later.commands += 1;
  EXPECT_EQ(judge(kBelief, later, waiting()), Verdict::kPassedOver);
  QueueSigns idle = waiting();
  idle.busy = false;
  QueueSigns idle_later = idle;
  idle_later.heartbeat += 1;
  EXPECT_EQ(judge(kBelief, idle_later, idle), Verdict::kPassedOver);
}

TEST(Verdict, CountsCommandsAcrossTheirWrap) {
  QueueSigns before = waiting();
  before.commands = 0xFFFFFFFF;
  QueueSigns later = waiting();
  later.heartbeat += 1;
  later.commands = 20;
  EXPECT_EQ(judge(kBelief, later, before), Verdict::kPassedOver);
}

}  // namespace
}  // namespace photic::api
