// SPDX-License-Identifier: Apache-2.0
// Judges queues that stand still.
#include "drivers/api/verdict.h"

#include "drivers/abi/geometry.h"

namespace photic::api {
namespace {

// A device takes its queues in turn, so after so many commands every one of them had its turn, whatever was
// being fetched when the counting began.
constexpr uint32_t kSurelyInTurn = 2 * abi::kQueues;

}  // namespace

Verdict judge(const QueueBelief& belief, const QueueSigns& now, const std::optional<QueueSigns>& before) {
  if (now.halted) {
    return Verdict::kHalted;
  }
  if (!now.open) {
    return Verdict::kClosed;
  }
  if (now.sq_tail != belief.sq_tail || now.cq_head != belief.cq_head) {
    return Verdict::kDoorbellLost;
  }
  // CQ_TAIL moves after the completion was written, and a register read pushes writes before it to memory.
  if (now.cq_tail != belief.next_completion) {
    return Verdict::kCompletionLost;
  }
  // Without a heartbeat the whole device hangs, which is not this queue's fault.
  if (!before || before->sq_head != now.sq_head || before->heartbeat == now.heartbeat) {
    return Verdict::kAtWork;
  }
  const bool forgotten = !before->busy && !now.busy;
  const bool missed_its_turn = now.commands - before->commands > kSurelyInTurn;
  return forgotten || missed_its_turn ? Verdict::kPassedOver : Verdict::kAtWork;
}

std::string explain(Verdict verdict, const QueueBelief& belief, const QueueSigns& signs) {
  switch (verdict) {
    case Verdict::kHalted:
      return "was halted by the device";
    case Verdict::kClosed:
      return "is not open in the device: writes to its registers were lost";
    case Verdict::kDoorbellLost:
      return "has a stuck doorbell: the device holds SQ_TAIL " + std::to_string(signs.sq_tail) +
             " and CQ_HEAD " + std::to_string(signs.cq_head) + " where " + std::to_string(belief.sq_tail) +
             " and " + std::to_string(belief.cq_head) + " were written again and again";
    case Verdict::kCompletionLost:
      return "lost a completion on its way: the device has written entry " +
             std::to_string(belief.next_completion) + ", which is not in memory";
    case Verdict::kPassedOver:
      return "is passed over: the device completes other commands and none of this queue";
    case Verdict::kAtWork:
      break;
  }
  return "is served";
}

}  // namespace photic::api
