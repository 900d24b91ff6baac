// SPDX-License-Identifier: Apache-2.0
// Edges, commits and jumps.
#include "hw/base/clock_domain.h"

#include <algorithm>
#include <utility>

// The SystemC library calls this name from a main of its own, which programs that use the models do not have.
int sc_main(int, char**) {
  return 0;
}

namespace photic::hw {

Channel::Channel(ClockDomain& clock, const char* name)
    : sc_core::sc_object(name), written_(clock.add(*this)) {}

ClockedModule::ClockedModule(const sc_core::sc_module_name& name, ClockDomain& clock)
    : sc_core::sc_module(name), clock_(clock) {
  clock.add(*this);
}

ClockedModule::ClockedModule(const sc_core::sc_module_name& name, ClockDomain& clock, Sleeping)
    : sc_core::sc_module(name), clock_(clock) {}

SleepingModule::SleepingModule(const sc_core::sc_module_name& name, ClockDomain& clock)
    : ClockedModule(name, clock, Sleeping{}) {
  clock.add(*this);
}

void SleepingModule::wake_at(uint64_t cycle) {
  if (cycle != woken_for_) {
    woken_for_ = cycle;
    clock_.wheel_.add(*this, cycle, clock_.time_);
  }
}

uint64_t SleepingModule::now() const {
  return clock_.time_;
}

ClockDomain::ClockDomain(const sc_core::sc_module_name& name, const sc_core::sc_time& period, bool skip)
    : sc_core::sc_module(name), period_(period), skip_(skip) {
  using SC_CURRENT_USER_MODULE = ClockDomain;
  SC_METHOD(run_cycles);
  sensitive << start_;
  dont_initialize();
}

uint64_t ClockDomain::run(uint64_t budget) {
  through_kernel(budget, false);
  return done_;
}

void ClockDomain::tick() {
  through_kernel(1, true);
}

void ClockDomain::through_kernel(uint64_t budget, bool forced) {
  budget_ = budget;
  forced_ = forced;
  done_ = 0;
  due_ = time_;  // what the host did meanwhile is in no channel
  busy_ = supervisor_->busy();
  start_.notify(sc_core::SC_ZERO_TIME);
  sc_core::sc_start();
  if (failure_) {
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }
}

void ClockDomain::run_cycles() {
  const uint64_t start = time_;
  try {
    while (budget_ > 0 && time_ - start < kQuantum && (forced_ || busy_)) {
      forced_ = false;
      edge();
      uint64_t cycles = 1;
      if (busy_ && budget_ > 1) {
        const uint64_t quiet = std::min(next_due() - (time_ + 1), budget_ - 1);
        cycle_ += quiet;
        cycles += quiet;
      }
      time_ += cycles;
      budget_ -= cycles;
      done_ += cycles;
    }
    if (budget_ == 0 || !busy_) {
      catch_up(time_);
    }
  } catch (...) {
    // The kernel would turn it into a report and lose its type.
    failure_ = std::current_exception();
    budget_ = 0;
  }
  if (time_ != start) {
    supervisor_->on_progress();
    next_trigger(period_ * static_cast<double>(time_ - start));
  }
}

void ClockDomain::edge() {
  const bool counts = busy_;
  const bool called = due_ <= time_;
  if (called) {
    catch_up(time_);
    told_ = time_ + 1;
    for (ClockedModule* module : modules_) {
      module->on_clock();
    }
  }
  call_sleepers();
  cycle_ += counts ? 1 : 0;
  ++clocked_;
  const bool changed = !written_.empty();
  if (changed) {
    catch_up(time_ + 1);
    commit();
  }
  if (changed || called) {
    busy_ = supervisor_->busy();
    const uint64_t quiet = skip_ && written_.empty() ? quiet_cycles() : 0;
    due_ = quiet == kQuietForever ? kQuietForever : time_ + 1 + quiet;
  }
}

void ClockDomain::call_sleepers() {
  if (skip_) {
    wheel_.take(time_, [this](SleepingModule& module) {
      if (module.called_in_ != time_) {
        module.called_in_ = time_;
        module.woken_for_ = kQuietForever;
        module.on_clock();
      }
    });
    return;
  }
  wheel_.take(time_, [](SleepingModule&) {});
  for (SleepingModule* module : sleepers_) {
    module->woken_for_ = kQuietForever;
    module->on_clock();
  }
}

uint64_t ClockDomain::next_due() const {
  return skip_ ? std::min(due_, wheel_.next(time_ + 1)) : time_ + 1;
}

void ClockDomain::catch_up(uint64_t time) {
  if (told_ < time) {
    for (ClockedModule* module : modules_) {
      module->skip(time - told_);
    }
    told_ = time;
  }
}

void ClockDomain::commit() {
  committing_.swap(written_);
  for (Channel* channel : committing_) {
    channel->pending_ = false;
    channel->commit();
  }
  if (vcd_) {
    vcd_->change(time_ + 1, cycle_, committing_);
  }
  committing_.clear();
  supervisor_->on_edge();
}

uint64_t ClockDomain::quiet_cycles() const {
  uint64_t quiet = kQuietForever;
  for (const ClockedModule* module : modules_) {
    quiet = std::min(quiet, module->quiet_cycles());
    if (quiet == 0) {
      break;
    }
  }
  return quiet;
}

void ClockDomain::reset() {
  for (ClockedModule* module : modules_) {
    module->on_reset();
  }
  for (SleepingModule* module : sleepers_) {
    module->woken_for_ = kQuietForever;
    module->on_reset();
  }
  wheel_.clear();
  told_ = time_;
  for (Channel* channel : channels_) {
    channel->pending_ = false;
    channel->reset();
  }
  written_.clear();
  cycle_ = 0;
  if (vcd_) {
    vcd_->change(time_, cycle_, channels_);
  }
}

bool ClockDomain::waveform(const std::string& path) {
  vcd_.reset();
  if (path.empty()) {
    return true;
  }
  auto writer =
      std::make_unique<VcdWriter>(path, static_cast<uint64_t>(period_.to_seconds() * 1e12 + 0.5), channels_);
  if (!writer->good()) {
    return false;
  }
  writer->change(time_, cycle_, channels_);
  vcd_ = std::move(writer);
  return true;
}

}  // namespace photic::hw
