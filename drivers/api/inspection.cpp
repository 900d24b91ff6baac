// SPDX-License-Identifier: Apache-2.0
// What the service thread asks the device when a queue stands still, a ring was given up or a failed queue is
// to be let go: register reads may wait for a device in the midst of a long step, and no caller's wait may.
#include <algorithm>
#include <utility>

#include "drivers/abi/registers.h"
#include "drivers/api/device.h"

namespace photic::api {
namespace {

// A doorbell that was lost so often after it was first rung is stuck.
constexpr int kRepeats = 3;

constexpr const char* kRemedy = "; release the queue and open another, or reset the device";

// Gives the lock away while it lives.
class Unlocked {
 public:
  explicit Unlocked(std::unique_lock<std::mutex>& lock) : lock_(lock) { lock_.unlock(); }
  ~Unlocked() { lock_.lock(); }
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;

 private:
  std::unique_lock<std::mutex>& lock_;
};

QueueSigns read_signs(transport::Transport& device, uint32_t q) {
  QueueSigns signs;
  signs.busy = abi::SHELL_STATUS_BUSY.get(device.read32(abi::SHELL_STATUS)) != 0;
  signs.commands = device.read32(abi::SHELL_COMMANDS);
  signs.open = abi::QUEUE_CONTROL_ENABLE.get(device.read32(abi::QUEUE_CONTROL(q))) != 0;
  signs.halted = abi::QUEUE_STATUS_HALTED.get(device.read32(abi::QUEUE_STATUS(q))) != 0;
  signs.sq_tail = abi::QUEUE_SQ_TAIL_INDEX.get(device.read32(abi::QUEUE_SQ_TAIL(q)));
  signs.cq_head = abi::QUEUE_CQ_HEAD_INDEX.get(device.read32(abi::QUEUE_CQ_HEAD(q)));
  signs.sq_head = abi::QUEUE_SQ_HEAD_INDEX.get(device.read32(abi::QUEUE_SQ_HEAD(q)));
  signs.cq_tail = abi::QUEUE_CQ_TAIL_INDEX.get(device.read32(abi::QUEUE_CQ_TAIL(q)));
  signs.heartbeat = device.heartbeat();
  return signs;
}

std::string name(const QueueSlot& slot) {
  return "queue " + std::to_string(slot.queue->index()) + " ";
}

QueueBelief belief_of(const Queue& queue) {
  return {queue.tail(), queue.acknowledged(), queue.head()};
}

bool same(const QueueBelief& a, const QueueBelief& b) {
  return a.sq_tail == b.sq_tail && a.cq_head == b.cq_head && a.next_completion == b.next_completion;
}

}  // namespace

bool Device::any_quarantine() const {
  return !lost_ && std::any_of(slots_.begin(), slots_.end(),
                               [](const QueueSlot& slot) { return slot.quarantine.has_value(); });
}

bool Device::is_suspect(const QueueSlot& slot, Clock::time_point now) const {
  return slot.has_work() && now - std::max(slot.moved, slot.looked) > patience_;
}

bool Device::inspection_due() const {
  if (lost_ || halted_) {
    return halted_;
  }
  const auto now = Clock::now();
  return now - inspected_ >= glance_ &&
         (probe_ || any_quarantine() || std::any_of(slots_.begin(), slots_.end(), [&](const QueueSlot& slot) {
            return is_suspect(slot, now);
          }));
}

void Device::inspect(Lock& lock) {
  try {
    if (std::exchange(halted_, false)) {
      report_halted(lock);
    }
    settle(lock);
    probe(lock);
  } catch (const Error& error) {
    // Registers that do not answer say nothing of a queue: a device may be in the midst of a long step.
    // Whether it is alive its heartbeat says. A broken protocol says enough.
    probe_.reset();
    if (error.status() == abi::Status::PROTOCOL_ERROR && !lost_) {
      lose(error);
      wake();
    }
  }
  inspected_ = Clock::now();
}

// The device gave a ring up. ERROR tells of the first one only, so all are asked.
void Device::report_halted(Lock& lock) {
  std::vector<std::shared_ptr<Queue>> halted;
  for (const QueueSlot& slot : slots_) {
    if (slot.queue) {
      halted.push_back(slot.queue);
    }
  }
  const uint64_t epoch = epoch_;
  uint32_t error = 0;
  uint64_t address = 0;
  {
    const Unlocked unlocked(lock);
    error = transport_->read32(abi::SHELL_ERROR);
    address = read_wide(abi::SHELL_ERROR_ADDRESS);
    std::erase_if(halted, [&](const auto& queue) {
      return abi::QUEUE_STATUS_HALTED.get(transport_->read32(abi::QUEUE_STATUS(queue->index()))) == 0;
    });
    if (abi::SHELL_ERROR_VALID.get(error) != 0) {
      transport_->write32(abi::SHELL_ERROR, abi::SHELL_ERROR_VALID.mask());
    }
  }
  if (epoch != epoch_ || lost_) {
    return;
  }
  harvest();
  for (const auto& queue : halted) {
    const uint32_t index = queue->index();
    if (slots_[index].queue != queue || slots_[index].failure) {
      continue;
    }
    const bool named = abi::SHELL_ERROR_VALID.get(error) != 0 && abi::SHELL_ERROR_QUEUE.get(error) == index;
    // What could not be read comes with a completion that says so; this one could not be written either.
    const auto status =
        named ? static_cast<abi::Status>(abi::SHELL_ERROR_STATUS.get(error)) : abi::Status::DMA_WRITE_ERROR;
    ++health_.ring_errors;
    fail_queue(*queue, status,
               "the device could not access queue " + std::to_string(index) + "'s ring" +
                   (named ? " at bus address " + std::to_string(address) : std::string()) + kRemedy);
  }
}

// Lets failed queues go of which the device is known to have let go: it has taken the write that closes the
// queue, and since then it was idle or has completed a command. A device does one command at a time, so the
// one it was at when the queue was closed has ended.
void Device::settle(Lock& lock) {
  for (uint32_t index = 0; index < slots_.size() && any_quarantine(); ++index) {
    if (!slots_[index].quarantine) {
      continue;
    }
    const std::shared_ptr<Queue> queue = slots_[index].quarantine->queue;
    const uint64_t epoch = epoch_;
    QueueSigns signs;
    try {
      const Unlocked unlocked(lock);
      signs.open = abi::QUEUE_CONTROL_ENABLE.get(transport_->read32(abi::QUEUE_CONTROL(index))) != 0;
      signs.commands = transport_->read32(abi::SHELL_COMMANDS);
      signs.busy = abi::SHELL_STATUS_BUSY.get(transport_->read32(abi::SHELL_STATUS)) != 0;
      if (signs.open && !signs.busy) {
        transport_->write32(abi::QUEUE_CONTROL(index), 0);  // the first one was lost on its way
      }
    } catch (const Error&) {
      return;  // not now; the heartbeat says whether ever
    }
    std::optional<Quarantine>& quarantine = slots_[index].quarantine;
    if (epoch != epoch_ || lost_ || !quarantine || quarantine->queue != queue || signs.open) {
      continue;
    }
    if (!std::exchange(quarantine->closed, true)) {
      quarantine->commands_then = signs.commands;
    }
    if (!signs.busy || signs.commands != quarantine->commands_then) {
      let_go(slots_[index]);
    }
  }
}

// Asks for queues that stand still. Writes keep their order, so once the scratch register holds a number
// written after the doorbells, the device has taken those too, or they were lost.
void Device::probe(Lock& lock) {
  const auto now = Clock::now();
  if (lost_) {
    return;
  }
  const uint64_t epoch = epoch_;
  const bool is_new = !probe_;
  if (is_new) {
    Probe fresh{++last_token_ == 0 ? ++last_token_ : last_token_, now, {}};
    for (QueueSlot& slot : slots_) {
      if (is_suspect(slot, now)) {
        health_.suspicions += std::exchange(slot.suspected, true) ? 0 : 1;
        fresh.queues.emplace_back(slot.queue, belief_of(*slot.queue));
      }
    }
    if (fresh.queues.empty()) {
      return;
    }
    probe_ = std::move(fresh);
  }
  const Probe probe = *probe_;
  std::vector<QueueSigns> signs;
  bool taken = false;
  bool busy = false;
  {
    const Unlocked unlocked(lock);
    if (is_new) {
      transport_->write32(abi::SHELL_SCRATCH, probe.token);
    }
    taken = transport_->read32(abi::SHELL_SCRATCH) == probe.token;
    busy = abi::SHELL_STATUS_BUSY.get(transport_->read32(abi::SHELL_STATUS)) != 0;
    for (size_t i = 0; taken && i < probe.queues.size(); ++i) {
      signs.push_back(read_signs(*transport_, probe.queues[i].first->index()));
    }
  }
  if (epoch != epoch_ || lost_) {
    return;
  }
  harvest();
  const bool overdue = !busy && now - probe.written > patience_;  // the token itself was lost
  if (!taken && !overdue) {
    return;  // a simulated device takes writes late while it works
  }
  probe_.reset();
  for (size_t i = 0; i < probe.queues.size() && !lost_; ++i) {
    const auto& [queue, belief] = probe.queues[i];
    QueueSlot& slot = slots_[queue->index()];
    // What has moved meanwhile is no longer suspect, or will be asked for anew.
    if (slot.queue == queue && slot.has_work() && same(belief_of(*queue), belief)) {
      if (taken) {
        act_on(slot, belief, signs[i]);
      } else {
        ring_again(slot, belief, "has a stuck doorbell: the idle device takes no register write");
      }
    }
  }
}

void Device::act_on(QueueSlot& slot, const QueueBelief& belief, const QueueSigns& signs) {
  const Verdict verdict = judge(belief, signs, slot.signs);
  const std::string text = explain(verdict, belief, signs);
  switch (verdict) {
    case Verdict::kAtWork:
      slot.looked = Clock::now();
      slot.signs = signs;
      break;
    case Verdict::kHalted:  // the interrupt that said so was lost
      halted_ = true;
      break;
    case Verdict::kDoorbellLost:
      ring_again(slot, belief, text);
      break;
    case Verdict::kCompletionLost:
      ++health_.protocol_errors;
      fail_queue(*slot.queue, abi::Status::PROTOCOL_ERROR, name(slot) + text + kRemedy);
      break;
    case Verdict::kClosed:
    case Verdict::kPassedOver:
      fail_queue(*slot.queue, abi::Status::DEVICE_LOST, name(slot) + text + kRemedy);
      break;
  }
}

// `wrong`: what is, for the day on which it has been put right too often.
void Device::ring_again(QueueSlot& slot, const QueueBelief& belief, const std::string& wrong) {
  if (slot.repeats == kRepeats) {
    fail_queue(*slot.queue, abi::Status::DEVICE_LOST, name(slot) + wrong + kRemedy);
    return;
  }
  ++slot.repeats;
  ++health_.doorbells_repeated;
  silence_ = {};  // the device was given work, as with any doorbell
  const uint32_t q = slot.queue->index();
  try {
    transport_->doorbell(abi::QUEUE_CQ_HEAD(q), belief.cq_head, false);
    transport_->doorbell(abi::QUEUE_SQ_TAIL(q), belief.sq_tail, false);
  } catch (const Error& error) {
    lose(error);
  }
}

}  // namespace photic::api
