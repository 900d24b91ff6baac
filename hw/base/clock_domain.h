// SPDX-License-Identifier: Apache-2.0
// The clock: one SystemC process that clocks every module of a device and jumps over idle time.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "hw/base/channel.h"
#include "hw/base/clocked_module.h"
#include "hw/base/vcd_writer.h"
#include "hw/base/wake_wheel.h"

namespace photic::hw {

/// What a clock domain asks the device it drives.
class ClockSupervisor {
 public:
  virtual ~ClockSupervisor() = default;
  /// Whether the present cycle counts and another one is worth simulating.
  virtual bool busy() const = 0;
  /// After every edge at which a channel changed.
  virtual void on_edge() = 0;
  /// Now and then while time moves, at least once in ClockDomain::kQuantum clocked cycles.
  virtual void on_progress() = 0;
};

/// All modules and channels of a device, on one clock.
///
/// An edge calls on_clock of every module in order of construction and of the sleeping modules that are due,
/// then commits the channels that were written. While the former would write to no channel they are left out
/// until a channel changes or their time comes; where nobody is due, time jumps. SystemC time moves in steps
/// of up to kQuantum cycles and is exact whenever `run` and `tick` return.
class ClockDomain : public sc_core::sc_module {
 public:
  /// `skip`: leave out calls that would do nothing. Without, every module, sleeping ones too, is called in
  /// every cycle. The same results either way.
  ClockDomain(const sc_core::sc_module_name& name, const sc_core::sc_time& period, bool skip);

  /// Must be called before the first cycle; `supervisor` must outlive the domain.
  void supervise(ClockSupervisor& supervisor) { supervisor_ = &supervisor; }

  /// Cycles while busy, at most `budget`. Returns how many. Throws what a module threw.
  uint64_t run(uint64_t budget);
  /// One cycle, busy or not.
  void tick();
  /// Modules and channels back to reset, cycle 0.
  void reset();

  /// Busy cycles since reset.
  uint64_t cycle() const { return cycle_; }
  /// Cycles in which modules were really called, since construction: tells what skipping saved.
  uint64_t clocked_cycles() const { return clocked_; }
  /// The present cycle, busy or not, counted from construction on.
  uint64_t now() const { return time_; }
  /// Whether a waveform is being written.
  bool traced() const { return vcd_ != nullptr; }

  /// Dumps all channels from now on; an empty path stops. Returns false if the file cannot be written.
  bool waveform(const std::string& path);

  /// SystemC activations happen at least this often, in cycles.
  static constexpr uint64_t kQuantum = 1024;

 private:
  friend class Channel;
  friend class ClockedModule;
  friend class SleepingModule;
  /// Returns the list that a channel joins when it is written.
  std::vector<Channel*>& add(Channel& channel) {
    channels_.push_back(&channel);
    return written_;
  }
  void add(ClockedModule& module) { modules_.push_back(&module); }
  void add(SleepingModule& module) { sleepers_.push_back(&module); }

  void run_cycles();
  void edge();
  void call_sleepers();
  void commit();
  uint64_t quiet_cycles() const;
  /// Tells modules_ of the cycles before `time` in which they were left out.
  void catch_up(uint64_t time);
  /// The next cycle in which somebody has something to do.
  uint64_t next_due() const;
  void through_kernel(uint64_t budget, bool forced);

  sc_core::sc_time period_;
  bool skip_;
  ClockSupervisor* supervisor_ = nullptr;
  sc_core::sc_event start_;
  std::vector<Channel*> channels_;
  std::vector<ClockedModule*> modules_;
  std::vector<SleepingModule*> sleepers_;
  WakeWheel wheel_;
  std::vector<Channel*> written_;
  std::vector<Channel*> committing_;
  std::unique_ptr<VcdWriter> vcd_;
  std::exception_ptr failure_;
  uint64_t budget_ = 0;
  bool forced_ = false;  // the next cycle runs even if idle
  bool busy_ = false;    // the supervisor's answer, which changes with channels only
  uint64_t done_ = 0;
  uint64_t cycle_ = 0;
  uint64_t time_ = 0;  // all cycles since construction
  uint64_t told_ = 0;  // modules_ know of all cycles before this one
  uint64_t due_ = 0;   // modules_ are to be called in this cycle
  uint64_t clocked_ = 0;
};

}  // namespace photic::hw
