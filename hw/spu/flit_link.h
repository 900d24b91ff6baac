// SPDX-License-Identifier: Apache-2.0
// A link between two routers, or a router and its unit: link register, FIFO at the far end, credits.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "drivers/abi/timing.h"
#include "hw/base/clock_domain.h"
#include "hw/base/stream_fifo.h"
#include "hw/spu/activity.h"

namespace photic::hw {

/// One direction of a link (docs/reference/spu-device.md 5.1). A flit sent in cycle t stands in the link
/// register in t + 1 and can be taken from the FIFO from t + 2 on; a flit taken in t gives its credit back in
/// t + 2. As many flits are on their way as the FIFO holds, so it never overflows.
///
/// Everything carries the cycle from which on it holds. The receiver is woken when a flit can be taken, the
/// sender when a credit that it waits for is there.
class FlitLink : public Channel {
 public:
  /// Cycles from sending a flit to taking it, and from taking it to having its credit back.
  static constexpr uint64_t kFlight = 2;
  static constexpr uint64_t kCreditReturn = 2;

  FlitLink(ClockDomain& clock, const char* name, uint32_t depth, Activity& activity)
      : Channel(clock, name), clock_(clock), activity_(activity), depth_(depth), credits_(depth) {}

  void connect(SleepingModule& sender, SleepingModule& receiver) {
    sender_ = &sender;
    receiver_ = &receiver;
  }

  /// Whether the sender has a credit in cycle `now`.
  bool can_send(uint64_t now) {
    while (returns_ > 0 && returned_[first_return_] <= now) {
      first_return_ = (first_return_ + 1) % kSlots;
      --returns_;
      ++credits_;
    }
    return credits_ > 0;
  }
  /// Wakes the sender as soon as it has a credit. Only after `can_send` was false.
  void await_credit() {
    if (returns_ > 0) {
      sender_->wake_at(returned_[first_return_]);
    } else {
      awaited_ = true;
    }
  }
  /// Sends in cycle `now`. Throws FifoError without a credit.
  void send(uint64_t flit, uint64_t now) {
    if (credits_ == 0) {
      throw FifoError(std::string(name()) + ": sent without a credit");
    }
    --credits_;
    flits_[(head_ + count_) % kSlots] = {flit, now + kFlight};
    ++count_;
    activity_.add();
    receiver_->wake_at(now + kFlight);
    sent_ = now;
    if (clock_.traced()) {
      request_commit();
    }
  }

  /// Whether the receiver can take a flit in cycle `now`, and which.
  bool ready(uint64_t now) const { return count_ > 0 && flits_[head_].ready <= now; }
  uint64_t front() const { return flits_[head_].flit; }
  /// Takes the first flit in cycle `now`. Throws FifoError when none is ready.
  void pop(uint64_t now) {
    if (!ready(now)) {
      throw FifoError(std::string(name()) + ": popped while empty");
    }
    head_ = (head_ + 1) % kSlots;
    --count_;
    returned_[(first_return_ + returns_) % kSlots] = now + kCreditReturn;
    ++returns_;
    if (awaited_) {
      awaited_ = false;
      sender_->wake_at(now + kCreditReturn);
    }
    activity_.remove();
  }

  /// Empties register and FIFO; all credits are back.
  void clear() {
    head_ = count_ = first_return_ = returns_ = 0;
    credits_ = depth_;
    awaited_ = false;
    sent_ = kNotSent;
  }

  void commit() override {
    shown_ = clock_.now() + 1;
    if (sent_ != kNotSent && sent_ + 1 == shown_) {
      request_commit();  // the register falls, or holds another flit
    }
  }
  void reset() override { clear(); }
  /// The link register.
  void show(TraceVisitor& visitor) const override {
    const uint64_t cycle = std::max(shown_, clock_.now());
    const bool valid = sent_ != kNotSent && sent_ + 1 == cycle;
    visitor.visit("valid", 1, valid ? 1 : 0);
    visitor.visit("flit", 64, valid && count_ > 0 ? flits_[(head_ + count_ - 1) % kSlots].flit : 0);
  }

 private:
  struct Waiting {
    uint64_t flit;
    uint64_t ready;
  };
  static constexpr size_t kSlots = std::max(abi::kFifoSpuRouter, abi::kFifoSpuReceive);
  static constexpr uint64_t kNotSent = ~uint64_t{0};

  ClockDomain& clock_;
  Activity& activity_;
  SleepingModule* sender_ = nullptr;
  SleepingModule* receiver_ = nullptr;
  uint32_t depth_;
  uint32_t credits_;
  std::array<Waiting, kSlots> flits_{};
  std::array<uint64_t, kSlots> returned_{};  // when credits come back
  size_t head_ = 0;
  size_t count_ = 0;
  size_t first_return_ = 0;
  size_t returns_ = 0;
  bool awaited_ = false;
  uint64_t sent_ = kNotSent;
  uint64_t shown_ = 0;  // the cycle a waveform shows next
};

}  // namespace photic::hw
