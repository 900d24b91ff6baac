// SPDX-License-Identifier: Apache-2.0
// Sleeping modules are called when somebody named the cycle, and cost nothing otherwise.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "hw/base/clock_domain.h"
#include "hw/base/kernel_session.h"
#include "hw/base/register.h"

namespace photic::hw {
namespace {

/// Notes the cycles in which it is called.
class Sleeper : public SleepingModule {
 public:
  Sleeper(const sc_core::sc_module_name& name, ClockDomain& clock) : SleepingModule(name, clock) {}
  void on_clock() override {
    called.push_back(now());
    if (act) {
      act();
    }
  }
  void on_reset() override {}
  std::vector<uint64_t> called;
  std::function<void()> act;
};

/// Counts cycles, those it was left out of too.
class Meter : public ClockedModule {
 public:
  Meter(const sc_core::sc_module_name& name, ClockDomain& clock) : ClockedModule(name, clock) {}
  void on_clock() override {
    ++calls;
    ++cycles;
  }
  void on_reset() override {}
  uint64_t quiet_cycles() const override { return kQuietForever; }
  void skip(uint64_t skipped) override { cycles += skipped; }
  uint64_t calls = 0;
  uint64_t cycles = 0;
};

class Busy : public ClockSupervisor {
 public:
  bool busy() const override { return true; }
  void on_edge() override {}
  void on_progress() override {}
};

class Sleeping : public testing::TestWithParam<bool> {
 protected:
  KernelSession session;
  Busy busy;
  std::unique_ptr<ClockDomain> clock = make();
  std::unique_ptr<ClockDomain> make() {
    auto made = std::make_unique<ClockDomain>("clock", sc_core::sc_time(4, sc_core::SC_NS), GetParam());
    made->supervise(busy);
    return made;
  }
};

INSTANTIATE_TEST_SUITE_P(Skip, Sleeping, testing::Bool(), [](const auto& skip) {
  return skip.param ? std::string("skipping") : std::string("every_cycle");
});

TEST_P(Sleeping, IsCalledInTheCyclesItNamedNearAndFar) {
  Sleeper sleeper("sleeper", *clock);
  const std::vector<uint64_t> named{1, 2, 63, 64, 65, 66, 127, 128, 129, 1000, 5000};
  for (const uint64_t cycle : named) {
    sleeper.wake_at(cycle);
  }
  EXPECT_EQ(clock->run(6000), 6000U);
  EXPECT_EQ(clock->cycle(), 6000U);
  if (GetParam()) {
    EXPECT_EQ(sleeper.called, named);
  } else {
    EXPECT_EQ(sleeper.called.size(), 6000U);
  }
}

TEST_P(Sleeping, IsCalledOnceACycleHoweverOftenItWasWoken) {
  Sleeper sleeper("sleeper", *clock);
  for (const uint64_t cycle : {5, 3, 5, 3, 100, 5, 100, 3, 100}) {
    sleeper.wake_at(cycle);
  }
  clock->run(200);
  EXPECT_EQ(std::count(sleeper.called.begin(), sleeper.called.end(), 5), 1);
  EXPECT_EQ(std::count(sleeper.called.begin(), sleeper.called.end(), 100), 1);
  EXPECT_EQ(sleeper.called.size(), GetParam() ? 3U : 200U);
}

TEST_P(Sleeping, WakesOthersAtAnyDistance) {
  Sleeper first("first", *clock);
  Sleeper second("second", *clock);
  std::vector<uint64_t> woken;
  uint64_t distance = 1;
  first.act = [&] {
    if (first.called.size() == 1 || first.called.back() == woken.back()) {
      woken.push_back(first.called.back() + distance);
      distance += 9;
      second.wake_at(woken.back());
      first.wake_at(woken.back());
    }
  };
  first.wake_at(0);
  clock->run(3000);
  for (const uint64_t cycle : woken) {
    if (cycle < 3000) {
      EXPECT_EQ(std::count(second.called.begin(), second.called.end(), cycle), 1) << cycle;
    }
  }
  EXPECT_GT(woken.size(), 20U);
}

TEST_P(Sleeping, LetsOtherModulesKnowOfEveryCycle) {
  Sleeper sleeper("sleeper", *clock);
  Meter meter("meter", *clock);
  sleeper.act = [&] { sleeper.wake_at(sleeper.called.back() + 1); };
  sleeper.wake_at(10);
  clock->run(500);
  EXPECT_EQ(meter.cycles, 500U);
  EXPECT_LE(meter.calls, GetParam() ? 1U : 500U);
  clock->tick();
  EXPECT_EQ(meter.cycles, 501U);
}

TEST_P(Sleeping, WakesTheOthersByWritingToAChannel) {
  Sleeper sleeper("sleeper", *clock);
  Register<int> level(*clock, "level");
  Meter meter("meter", *clock);
  sleeper.act = [&] { level.set(static_cast<int>(sleeper.called.back() / 100)); };
  for (uint64_t cycle = 0; cycle < 500; cycle += 50) {
    sleeper.wake_at(cycle);
  }
  clock->run(500);
  EXPECT_EQ(level.get(), 4);
  EXPECT_EQ(meter.cycles, 500U);
}

TEST_P(Sleeping, IsNotCalledForWhatItNamedBeforeAReset) {
  Sleeper sleeper("sleeper", *clock);
  sleeper.wake_at(20);
  sleeper.wake_at(200);
  clock->run(10);
  sleeper.called.clear();
  clock->reset();
  sleeper.wake_at(clock->now() + 30);
  clock->run(300);
  EXPECT_EQ(clock->cycle(), 300U);
  if (GetParam()) {
    EXPECT_EQ(sleeper.called, std::vector<uint64_t>{40});
  }
}

}  // namespace
}  // namespace photic::hw
