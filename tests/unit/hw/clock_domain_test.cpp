// SPDX-License-Identifier: Apache-2.0
// Channels change at the edge and only there; skipping idle cycles changes nothing.
#include "hw/base/clock_domain.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "hw/base/kernel_session.h"
#include "hw/base/register.h"
#include "hw/base/stream_fifo.h"

namespace photic::hw {
namespace {

/// Runs a function in every cycle that is not skipped.
class Actor : public ClockedModule {
 public:
  Actor(const sc_core::sc_module_name& name, ClockDomain& clock, std::function<void()> act)
      : ClockedModule(name, clock), act_(std::move(act)) {}
  void on_clock() override { act_(); }
  void on_reset() override {}
  uint64_t quiet_cycles() const override { return kQuietForever; }

 private:
  std::function<void()> act_;
};

/// Pulses once in `period` cycles, timed by a counter of its own.
class Metronome : public ClockedModule {
 public:
  Pulse<uint32_t> beat;
  Metronome(const sc_core::sc_module_name& name, ClockDomain& clock, uint64_t period)
      : ClockedModule(name, clock), beat(clock, "beat"), period_(period) {}
  void on_clock() override {
    if (++n_ == period_) {
      n_ = 0;
      beat.fire(++beats_);
    }
  }
  void on_reset() override { n_ = beats_ = 0; }
  uint64_t quiet_cycles() const override { return period_ - 1 - n_; }
  void skip(uint64_t cycles) override { n_ += cycles; }

 private:
  uint64_t period_;
  uint64_t n_ = 0;
  uint32_t beats_ = 0;
};

class Supervisor : public ClockSupervisor {
 public:
  bool busy() const override { return is_busy; }
  void on_edge() override {
    if (edge) {
      edge();
    }
  }
  void on_progress() override { ++progress; }
  bool is_busy = true;
  int progress = 0;
  std::function<void()> edge;
};

class Clock : public testing::Test {
 protected:
  void build(bool skip) {
    clock.reset();
    session.reset();
    session = std::make_unique<KernelSession>();
    clock = std::make_unique<ClockDomain>("clock", sc_core::sc_time(4, sc_core::SC_NS), skip);
    clock->supervise(supervisor);
  }
  Supervisor supervisor;
  std::unique_ptr<KernelSession> session;
  std::unique_ptr<ClockDomain> clock;
};

TEST_F(Clock, GivesAWordPushedInOneCycleToAPopInTheNext) {
  build(false);
  StreamFifo<int> fifo(*clock, "fifo", 2);
  std::vector<uint64_t> popped;
  Actor producer("producer", *clock, [&] {
    if (clock->cycle() == 3) {
      fifo.push(42);
    }
  });
  Actor consumer("consumer", *clock, [&] {
    if (!fifo.empty()) {
      EXPECT_EQ(fifo.pop(), 42);
      popped.push_back(clock->cycle());
    }
  });
  clock->run(10);
  EXPECT_EQ(popped, std::vector<uint64_t>{4});
}

TEST_F(Clock, AFullFifoTakesNothingEvenIfItIsPopped) {
  build(false);
  StreamFifo<int> fifo(*clock, "fifo", 1);
  std::vector<uint64_t> pushes;
  // The consumer comes first, and still the producer sees a full FIFO in the cycle of the pop.
  Actor consumer("consumer", *clock, [&] {
    if (!fifo.empty()) {
      fifo.pop();
    }
  });
  Actor producer("producer", *clock, [&] {
    if (!fifo.full()) {
      fifo.push(1);
      pushes.push_back(clock->cycle());
    }
  });
  clock->run(6);
  EXPECT_EQ(pushes, (std::vector<uint64_t>{0, 2, 4}));
}

TEST_F(Clock, RejectsPushesIntoAFullFifoAndPopsFromAnEmptyOne) {
  build(false);
  StreamFifo<int> fifo(*clock, "fifo", 1);
  EXPECT_THROW(fifo.pop(), FifoError);
  fifo.push(1);
  EXPECT_THROW(fifo.push(2), FifoError);
  Actor actor("actor", *clock, [] {});
  clock->run(1);
  EXPECT_THROW(fifo.push(2), FifoError);
  EXPECT_EQ(fifo.front(), 1);
}

TEST_F(Clock, ClearingAFifoDropsTheWordOfTheSameCycle) {
  build(false);
  StreamFifo<int> fifo(*clock, "fifo", 4);
  Actor actor("actor", *clock, [&] {
    fifo.push(1);
    if (clock->cycle() == 2) {
      fifo.clear();
    }
  });
  clock->run(3);
  EXPECT_TRUE(fifo.empty());
}

TEST_F(Clock, ARegisterShowsItsNewValueInTheNextCycleToEverybody) {
  build(false);
  Register<int> level(*clock, "level", 5);
  std::vector<int> before;
  std::vector<int> after;
  Actor reader("reader", *clock, [&] { before.push_back(level.get()); });
  Actor writer("writer", *clock, [&] { level.set(static_cast<int>(clock->cycle())); });
  Actor late_reader("late_reader", *clock, [&] { after.push_back(level.get()); });
  clock->run(3);
  EXPECT_EQ(before, (std::vector<int>{5, 0, 1}));
  EXPECT_EQ(after, before);
}

TEST_F(Clock, APulseIsHighForExactlyOneCycle) {
  build(false);
  Metronome metronome("metronome", *clock, 3);
  std::vector<uint64_t> high_cycles;
  Actor watcher("watcher", *clock, [&] {
    if (metronome.beat) {
      high_cycles.push_back(clock->cycle());
    }
  });
  clock->run(10);
  EXPECT_EQ(high_cycles, (std::vector<uint64_t>{3, 6, 9}));
}

TEST_F(Clock, SkippingFindsTheSameCyclesWithFewerEdges) {
  std::vector<uint64_t> cycles[2];
  uint64_t edges[2];
  for (const bool skip : {false, true}) {
    build(skip);
    Metronome fast("fast", *clock, 7);
    Metronome slow("slow", *clock, 1000);
    supervisor.edge = [&] {
      if (fast.beat || slow.beat) {
        cycles[skip].push_back(clock->cycle());
      }
    };
    EXPECT_EQ(clock->run(5000), 5000U);
    EXPECT_EQ(clock->cycle(), 5000U);
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(20, sc_core::SC_US));
    edges[skip] = clock->clocked_cycles();
    supervisor.edge = {};
  }
  EXPECT_EQ(cycles[0], cycles[1]);
  EXPECT_GT(cycles[0].size(), 700U);
  EXPECT_EQ(edges[0], 5000U);
  EXPECT_LT(edges[1], 2000U);
}

TEST_F(Clock, StopsWhenTheDeviceIsIdleAndCountsBusyCyclesOnly) {
  build(false);
  Actor actor("actor", *clock, [&] { supervisor.is_busy = clock->cycle() < 4; });
  EXPECT_EQ(clock->run(100), 5U);
  EXPECT_EQ(clock->cycle(), 5U);
  clock->tick();
  EXPECT_EQ(clock->cycle(), 5U);
  EXPECT_GT(supervisor.progress, 0);
}

TEST_F(Clock, PassesOnWhatAModuleThrows) {
  build(false);
  struct Oops {};
  Actor actor("actor", *clock, [&] {
    if (clock->cycle() == 1) {
      throw Oops{};
    }
  });
  EXPECT_THROW(clock->run(10), Oops);
}

TEST_F(Clock, ResetBringsBackTheFirstCycle) {
  build(true);
  Metronome metronome("metronome", *clock, 5);
  Register<int> level(*clock, "level", 1);
  level.set(2);
  clock->run(8);
  clock->reset();
  EXPECT_EQ(clock->cycle(), 0U);
  EXPECT_EQ(level.get(), 1);
  std::vector<uint64_t> beats;
  supervisor.edge = [&] {
    if (metronome.beat) {
      beats.push_back(clock->cycle());
    }
  };
  clock->run(11);
  EXPECT_EQ(beats, (std::vector<uint64_t>{5, 10}));
  supervisor.edge = {};
}

TEST_F(Clock, WritesAWaveformFromTheMiddleOfARun) {
  const auto path = std::filesystem::temp_directory_path() / "photic_clock_domain_test.vcd";
  build(true);
  Metronome metronome("metronome", *clock, 5);
  clock->run(12);
  ASSERT_TRUE(clock->waveform(path.string()));
  clock->run(6);
  ASSERT_TRUE(clock->waveform(""));
  clock->run(20);
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  std::filesystem::remove(path);
  EXPECT_NE(text.find("$var wire 1 ! beat_valid $end"), std::string::npos) << text;
  EXPECT_NE(text.find("#48000\n"), std::string::npos);    // the start: cycle 12 of 4 ns
  EXPECT_NE(text.find("#60000\n1!"), std::string::npos);  // the third beat, in cycle 15
  EXPECT_NE(text.find("#64000\n0!"), std::string::npos);
  EXPECT_EQ(text.find("#80000"), std::string::npos);  // stopped before the fourth
  EXPECT_FALSE(clock->waveform("/no/such/folder/file.vcd"));
}

TEST(Session, RejectsASecondSimulationWhileTheFirstLives) {
  auto first = std::make_unique<KernelSession>();
  EXPECT_THROW(KernelSession(), KernelBusyError);
  first.reset();
  EXPECT_NO_THROW(KernelSession());
}

}  // namespace
}  // namespace photic::hw
