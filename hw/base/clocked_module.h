// SPDX-License-Identifier: Apache-2.0
// A block that does one thing every clock edge.
#pragma once

#include <cstdint>
#include <limits>
#include <systemc>

namespace photic::hw {

class ClockDomain;

/// Returned by `quiet_cycles`: until a channel changes.
inline constexpr uint64_t kQuietForever = std::numeric_limits<uint64_t>::max();

/// Says whether a block has work in hand: a function of its registers, so it holds for a whole cycle.
class IdleSource : public virtual sc_core::sc_interface {
 public:
  virtual bool idle() const = 0;
};
using IdleIn = sc_core::sc_port<IdleSource>;

/// A synchronous block. It meets others in channels only; members of its own may change at any time, for
/// nobody sees them.
class ClockedModule : public sc_core::sc_module {
 public:
  /// Once per rising edge. Sees what the last cycle wrote.
  virtual void on_clock() = 0;
  /// Members of its own back to reset; its channels are reset by the clock domain.
  virtual void on_reset() = 0;
  /// Asked when no channel changed at the last edge: the number of coming cycles in which on_clock would
  /// write to no channel, provided nobody else does. 0 is always a correct answer.
  virtual uint64_t quiet_cycles() const = 0;
  /// Does what `cycles` calls of on_clock would, at most `quiet_cycles()`: counters and timers move.
  virtual void skip(uint64_t /*cycles*/) {}

 protected:
  ClockedModule(const sc_core::sc_module_name& name, ClockDomain& clock);

  /// The domain it belongs to.
  ClockDomain& clock_;

 private:
  friend class SleepingModule;
  struct Sleeping {};
  ClockedModule(const sc_core::sc_module_name& name, ClockDomain& clock, Sleeping);
};

/// A block whose `on_clock` is called only in cycles that it, or one who hands it something, named before:
/// thousands of them cost nothing while they are idle.
///
/// `on_clock` is called once a cycle at most; it may be called in any other cycle too, and then finds that
/// there is nothing to do. What a cycle changes must not be seen by others in that cycle: whatever passes
/// between sleeping modules directly carries the cycle from which on it holds, so that the order of calls
/// never matters.
class SleepingModule : public ClockedModule {
 public:
  /// Has `on_clock` called in cycle `cycle` of `now()`, which must be in the future while a cycle is being
  /// worked on.
  void wake_at(uint64_t cycle);

  /// It is never asked: a sleeping module holds no time back.
  uint64_t quiet_cycles() const final { return kQuietForever; }

 protected:
  SleepingModule(const sc_core::sc_module_name& name, ClockDomain& clock);

  /// The present cycle, counted from construction on; never goes back.
  uint64_t now() const;

 private:
  friend class ClockDomain;
  uint64_t woken_for_ = kQuietForever;  // the last cycle it was entered for, unless called since
  uint64_t called_in_ = kQuietForever;
};

}  // namespace photic::hw
