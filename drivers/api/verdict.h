// SPDX-License-Identifier: Apache-2.0
// Why a queue stands still, judged from what the device's registers say of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace photic::api {

/// What the registers say of a device and of one of its queues, read in this order.
struct QueueSigns {
  bool busy = false;      ///< SHELL_STATUS.BUSY.
  uint32_t commands = 0;  ///< Commands completed, modulo 2^32.
  bool open = false;      ///< QUEUE_CONTROL.ENABLE.
  bool halted = false;    ///< QUEUE_STATUS.HALTED.
  uint32_t sq_tail = 0;
  uint32_t cq_head = 0;
  uint32_t sq_head = 0;
  uint32_t cq_tail = 0;
  uint64_t heartbeat = 0;
};

/// What the host last wrote, and the completion it waits for.
struct QueueBelief {
  uint32_t sq_tail = 0;
  uint32_t cq_head = 0;
  uint32_t next_completion = 0;
};

enum class Verdict : uint8_t {
  kAtWork,          ///< The device knows of the commands; nothing shows that it has forgotten them.
  kHalted,          ///< The device gave the ring up.
  kClosed,          ///< The device was never told to open the queue, or has closed it.
  kDoorbellLost,    ///< SQ_TAIL or CQ_HEAD is not what was written.
  kCompletionLost,  ///< The device wrote a completion that is not in memory.
  kPassedOver,      ///< The device works, or has stopped, and does not serve this queue.
};

/// Judges a queue with commands in its ring and no completion at hand. Every register write the host made
/// must have been taken before the signs were read, and no completion must have come since. `before` are the
/// signs of an earlier look since the queue's last completion.
Verdict judge(const QueueBelief& belief, const QueueSigns& now, const std::optional<QueueSigns>& before);

/// The verdict in words, for an error text that opens with the queue's name.
std::string explain(Verdict verdict, const QueueBelief& belief, const QueueSigns& signs);

}  // namespace photic::api
