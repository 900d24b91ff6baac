// SPDX-License-Identifier: Apache-2.0
// Level registers and pulse registers, and the ports through which other modules read them.
#pragma once

#include <concepts>
#include <cstdint>

#include "hw/base/channel.h"

namespace photic::hw {

/// A register: `get` is its value during the cycle, `set` decides the next one. The last `set` of a cycle
/// wins.
template <typename T>
class Register : public Channel {
 public:
  Register(ClockDomain& clock, const char* name, T reset_value = {})
      : Channel(clock, name), reset_(reset_value), value_(reset_value), next_(reset_value) {}

  const T& get() const { return value_; }
  void set(const T& value) {
    if (!commit_pending()) {
      if constexpr (std::equality_comparable<T>) {
        if (value == value_) {
          return;
        }
      }
      request_commit();
    }
    next_ = value;
  }
  /// What `get` will give in the next cycle, as far as is known.
  const T& next() const { return next_; }

  void commit() override { value_ = next_; }
  void reset() override { value_ = next_ = reset_; }
  void show(TraceVisitor& visitor) const override { show_value(visitor, value_); }

 private:
  T reset_;
  T value_;
  T next_;
};

/// The payload of a pulse that says nothing but "now".
struct Nothing {};

/// A register that is high for exactly one cycle after each `fire`, with a payload.
template <typename T = Nothing>
class Pulse : public Channel {
 public:
  Pulse(ClockDomain& clock, const char* name) : Channel(clock, name) {}

  /// Whether it is high in this cycle.
  explicit operator bool() const { return high_; }
  /// The payload; that of the last pulse while low.
  const T& payload() const { return payload_; }
  void fire(const T& payload = {}) {
    next_payload_ = payload;
    next_high_ = true;
    request_commit();
  }

  void commit() override {
    high_ = next_high_;
    next_high_ = false;
    if (high_) {
      payload_ = next_payload_;
      request_commit();  // falls at the next edge
    }
  }
  void reset() override {
    high_ = next_high_ = false;
    payload_ = next_payload_ = {};
  }
  void show(TraceVisitor& visitor) const override {
    visitor.visit("valid", 1, high_ ? 1 : 0);
    show_value(visitor, payload_);
  }

 private:
  bool high_ = false;
  bool next_high_ = false;
  T payload_{};
  T next_payload_{};
};

/// Reads a register of another module.
template <typename T>
using LevelIn = sc_core::sc_port<Register<T>>;

/// Sees the pulses of another module: `if (*start.operator->())` or, shorter, `if (high(start))`.
template <typename T = Nothing>
using PulseIn = sc_core::sc_port<Pulse<T>>;

template <typename T>
bool high(const PulseIn<T>& pulse) {
  return static_cast<bool>(*pulse.operator->());
}

/// Counts events for the host, which reads it between cycles only.
struct Counter {
  uint64_t value = 0;
  void add(uint64_t n = 1) { value += n; }
};

}  // namespace photic::hw
