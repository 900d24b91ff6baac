// SPDX-License-Identifier: Apache-2.0
// What modules meet in: state that changes only at the clock edge.
#pragma once

#include <cstdint>
#include <string_view>
#include <systemc>
#include <type_traits>
#include <vector>

namespace photic::hw {

class ClockDomain;

/// Takes the traced values of a channel: name within the channel (empty for its only value), bits, value.
class TraceVisitor {
 public:
  virtual ~TraceVisitor() = default;
  virtual void visit(std::string_view name, unsigned bits, uint64_t value) = 0;
};

/// State that modules share. What is written in a cycle can be read from the next cycle on, by everybody at
/// once, so the order in which modules are clocked never matters.
class Channel : public sc_core::sc_interface, public sc_core::sc_object {
 public:
  /// Takes the state written since the last edge. Called by the clock domain.
  virtual void commit() = 0;
  /// Takes the reset state and forgets what was written. Called by the clock domain.
  virtual void reset() = 0;
  /// Shows the present state to a waveform.
  virtual void show(TraceVisitor& visitor) const = 0;

 protected:
  /// Named after the module that is being constructed.
  Channel(ClockDomain& clock, const char* name);
  ~Channel() override = default;

  /// Asks for `commit` at the coming edge.
  void request_commit() {
    if (!pending_) {
      pending_ = true;
      written_.push_back(this);
    }
  }
  /// Whether `commit` will be called at the coming edge.
  bool commit_pending() const { return pending_; }

 private:
  friend class ClockDomain;
  std::vector<Channel*>& written_;  // the clock domain's, since the last edge
  bool pending_ = false;
};

/// Has `template <typename F> void each_field(F f) const`, which calls f(name, bits, value).
template <typename T>
concept HasFields = requires(const T& value, void (*f)(std::string_view, unsigned, uint64_t)) {
  value.each_field(f);
};

/// Shows a number, an enumeration or a structure's fields; nothing of other structures.
template <typename T>
void show_value(TraceVisitor& visitor, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    visitor.visit({}, 1, value ? 1 : 0);
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    visitor.visit({}, 8 * sizeof(T), static_cast<uint64_t>(value));
  } else if constexpr (HasFields<T>) {
    value.each_field(
        [&](std::string_view name, unsigned bits, uint64_t field) { visitor.visit(name, bits, field); });
  }
}

}  // namespace photic::hw
