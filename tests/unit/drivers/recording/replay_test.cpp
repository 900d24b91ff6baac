// SPDX-License-Identifier: Apache-2.0
// A recorded run can be had again without its device, and nothing else than that run.
#include <algorithm>

#include "sim/lockstep/session.h"
#include "tests/unit/drivers/recording/recorded_host.h"

namespace photic::recording {
namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The number of the first event that `wanted` accepts.
uint64_t number_of(const std::vector<Event>& events, const std::function<bool(const Event&)>& wanted) {
  const auto found = std::find_if(events.begin(), events.end(), wanted);
  return found == events.end() ? ~uint64_t{0} : found->number;
}

std::string at_event(uint64_t number) {
  return "diverges at event " + std::to_string(number) + ",";
}

bool is_doorbell(const Event& event) {
  return event.kind == EventKind::kWrite && event.offset == abi::QUEUE_SQ_TAIL(1);
}

class Replay : public Recorded {};

TEST_F(Replay, IsTheRecordedRunWithoutADevice) {
  const Outcome bare = run(golden_opu, usual_script);
  const Outcome recorded = record(usual_script);
  const Outcome replayed = replay(usual_script);
  ASSERT_EQ(bare.completions.size(), 3U);
  EXPECT_EQ(bare.completions[1].status, abi::Status::DMA_READ_ERROR);
  EXPECT_EQ(bare, recorded);
  EXPECT_EQ(bare, replayed);
  EXPECT_EQ(replayed.failure, "");
}

TEST_F(Replay, HoldsWhateverAHostCanDo) {
  lockstep::SessionResult results[2];
  std::vector<uint64_t> memories[2];
  for (int i = 0; i < 2; ++i) {
    lockstep::HostMemory memory;
    Interrupts interrupts;
    const auto device = (i == 0 ? recorder() : replayer())(memory, interrupts);
    results[i] = lockstep::run_session(*device, memory, *abi::find_preset("tiny"),
                                       {.seed = 5, .commands = 300, .faults = true});
    for (uint64_t at = 0; at < 0x4'0000; at += 8) {
      memories[i].push_back(memory.peek(0x12'3400'0000 + at));
    }
  }
  EXPECT_FALSE(results[1].failure) << *results[1].failure;
  EXPECT_EQ(results[0].commands, results[1].commands);
  EXPECT_EQ(results[0].statuses, results[1].statuses);
  EXPECT_EQ(memories[0], memories[1]);
}

TEST_F(Replay, KnowsWhetherTheDeviceCountedCycles) {
  class Timed final : public abi::DevicePort {
   public:
    uint32_t read(uint32_t) override { return 0; }
    void write(uint32_t, uint32_t) override {}
    abi::Activity advance(uint64_t) override { return abi::Activity::kIdle; }
    void reset() override {}
    const std::atomic<uint64_t>& progress() const override { return progress_; }
    bool timed() const override { return true; }

   private:
    std::atomic<uint64_t> progress_{0};
  };
  run(recorder([](abi::DmaPort&, abi::InterruptPort&) { return std::make_unique<Timed>(); }),
      [](ScriptedHost& host) { EXPECT_TRUE(host.device().timed()); });
  run(replayer(), [](ScriptedHost& host) { EXPECT_TRUE(host.device().timed()); });
}

TEST_F(Replay, AnswersForRegistersThatTheRecordedHostDidNotRead) {
  record([](ScriptedHost& host) {
    host.open();
    host.run(projection(1));
    host.write(abi::SHELL_SCRATCH, 77);
  });
  replay([](ScriptedHost& host) {
    host.open();
    EXPECT_EQ(host.device().read(abi::SHELL_COMMANDS), 0U);
    host.run(projection(1));
    EXPECT_EQ(host.device().read(abi::SHELL_COMMANDS), 1U);
    host.device().write(abi::SHELL_SCRATCH, 77);
    EXPECT_EQ(host.device().read(abi::SHELL_SCRATCH), 77U);
    EXPECT_EQ(host.device().failure(), nullptr);
  });
}

TEST_F(Replay, AnswersAsManyReadsAsThereAre) {
  const auto script = [](int polls) {
    return [polls](ScriptedHost& host) {
      host.open();
      for (int i = 0; i < polls; ++i) {
        EXPECT_EQ(host.device().read(abi::SHELL_STATUS), 0U);
      }
      host.run(projection(1));
      for (int i = 0; i < polls; ++i) {
        EXPECT_EQ(host.device().read(abi::QUEUE_CQ_TAIL(1)), 1U);
      }
    };
  };
  record(script(3));
  EXPECT_EQ(replay(script(1)).failure, "");
  EXPECT_EQ(replay(script(7)).failure, "");
}

// A host hands completions back when it has looked at them: that is a matter of its speed.
TEST_F(Replay, LetsAHostHandCompletionsBackWhenItLikes) {
  const auto script = [](const std::vector<bool>& acknowledges) {
    return [acknowledges](ScriptedHost& host) {
      host.open();
      for (size_t i = 0; i < acknowledges.size(); ++i) {
        host.submit(projection(static_cast<uint16_t>(i)));
        if (acknowledges[i]) {
          host.acknowledge();
        }
      }
    };
  };
  record(script({true, false, true, false, true, false}));
  EXPECT_EQ(replay(script({false, true, false, true, true, false})).failure, "");
  EXPECT_EQ(replay(script({false, false, false, false, false, true})).failure, "");
  EXPECT_EQ(replay(script({true, true, true, true, true, true})).failure, "");
}

// A driver writes SCRATCH to try whether a device that is silent for long still listens: a matter of its
// clock.
TEST_F(Replay, LetsAHostWriteScratchWhenItLikes) {
  const auto script = [](std::vector<uint32_t> before, std::vector<uint32_t> after) {
    return [before = std::move(before), after = std::move(after)](ScriptedHost& host) {
      host.open();
      for (const uint32_t value : before) {
        host.write(abi::SHELL_SCRATCH, value);
        EXPECT_EQ(host.device().read(abi::SHELL_SCRATCH), value);
      }
      host.run(projection(1));
      for (const uint32_t value : after) {
        host.write(abi::SHELL_SCRATCH, value);
        EXPECT_EQ(host.device().read(abi::SHELL_SCRATCH), value);
      }
      host.run(projection(2));
    };
  };
  record(script({}, {7, 8}));
  EXPECT_EQ(replay(script({}, {})).failure, "");
  EXPECT_EQ(replay(script({5}, {9})).failure, "");
}

TEST_F(Replay, DivergesAtACompletionHandedBackThatThereIsNot) {
  record([](ScriptedHost& host) {
    host.open();
    host.run(projection(1));
    host.run(projection(2));
  });
  const Outcome replayed = replay([](ScriptedHost& host) {
    host.open();
    host.submit(projection(1));
    host.write(abi::QUEUE_CQ_HEAD(1), 2);
  });
  EXPECT_TRUE(says(replayed.failure, "there came a write of 0x2 to QUEUE1_CQ_HEAD")) << replayed.failure;
}

// Seven commands fill the completion ring of eight: the device goes on when there is room.
TEST_F(Replay, DivergesWithoutTheHandingBackThatTheDeviceWaitedFor) {
  const auto script = [](bool hands_back) {
    return [hands_back](ScriptedHost& host) {
      host.open();
      for (uint16_t i = 0; i < 8; ++i) {
        host.submit(projection(i));
      }
      if (hands_back) {
        host.acknowledge();
      }
      host.write(abi::OPU_CAMERA, 1);
    };
  };
  record(script(true));
  const uint64_t handed_back = number_of(events(), [](const Event& event) {
    return event.kind == EventKind::kWrite && event.offset == abi::QUEUE_CQ_HEAD(1) && event.value != 0;
  });
  const Outcome replayed = replay(script(false));
  EXPECT_TRUE(says(replayed.failure, at_event(handed_back))) << replayed.failure;
  EXPECT_EQ(replay(script(true)).failure, "");
}

TEST_F(Replay, DivergesAtAReadThatTheRecordingCannotAnswer) {
  record([](ScriptedHost& host) {
    host.open();
    host.run(projection(1));
  });
  const uint64_t doorbell = number_of(events(), is_doorbell);
  const Outcome replayed = replay([](ScriptedHost& host) {
    host.open();
    host.memory().poke(kRings, std::bit_cast<std::array<uint64_t, 8>>(projection(1)));
    host.device().write(abi::QUEUE_SQ_TAIL(1), 1);
    host.device().read(abi::QUEUE_SQ_TAIL(1));
  });
  EXPECT_TRUE(says(replayed.failure, at_event(doorbell + 1))) << replayed.failure;
  EXPECT_TRUE(says(replayed.failure, "QUEUE1_SQ_TAIL")) << replayed.failure;
}

TEST_F(Replay, DivergesAtAnotherRegisterValue) {
  record(usual_script);
  const uint64_t write = number_of(events(), [](const Event& event) {
    return event.kind == EventKind::kWrite && event.offset == abi::SHELL_IRQ_ENABLE;
  });
  const Outcome replayed = replay([](ScriptedHost& host) {
    host.device().reset();
    host.write(abi::SHELL_IRQ_ENABLE, 3);
  });
  EXPECT_TRUE(says(replayed.failure, at_event(write).substr(0, at_event(write).size() - 1)))
      << replayed.failure;
  EXPECT_TRUE(says(replayed.failure, "recorded is a write of 0xf to SHELL_IRQ_ENABLE")) << replayed.failure;
  EXPECT_TRUE(says(replayed.failure, "there came a write of 0x3 to SHELL_IRQ_ENABLE")) << replayed.failure;
}

TEST_F(Replay, DivergesAtAnotherByteOfTheSource) {
  record(usual_script);
  const Outcome replayed = replay([](ScriptedHost& host) {
    host.memory().poke(kSource, host.memory().peek(kSource) ^ 0x100);
    usual_script(host);
  });
  const uint64_t read = number_of(events(), [](const Event& event) {
    return event.kind == EventKind::kDmaRead && event.address == kSource;
  });
  EXPECT_TRUE(says(replayed.failure, at_event(read))) << replayed.failure;
  EXPECT_TRUE(says(replayed.failure, "byte 1 on: at 0x1000000001 was 0x56, is 0x57")) << replayed.failure;
  EXPECT_TRUE(says(replayed.failure, "after a write of 0x1 to QUEUE1_SQ_TAIL")) << replayed.failure;
}

TEST_F(Replay, DivergesAtAnotherCommand) {
  record(usual_script);
  const Outcome replayed = replay([](ScriptedHost& host) {
    host.open();
    host.run(projection(9));
  });
  const uint64_t fetch = number_of(events(), [](const Event& event) {
    return event.kind == EventKind::kDmaRead && event.address == kRings;
  });
  EXPECT_TRUE(says(replayed.failure, at_event(fetch))) << replayed.failure;
}

TEST_F(Replay, DivergesAtACommandMore) {
  const Script one = [](ScriptedHost& host) {
    host.open();
    host.run(projection(1));
  };
  record(one);
  const Outcome replayed = replay([&](ScriptedHost& host) {
    one(host);
    host.run(projection(2));
  });
  const uint64_t end = number_of(events(), [](const Event& event) { return event.kind == EventKind::kEnd; });
  EXPECT_TRUE(says(replayed.failure, at_event(end))) << replayed.failure;
  EXPECT_TRUE(says(replayed.failure, "recorded is the end of the recording")) << replayed.failure;
}

TEST_F(Replay, DivergesAtACommandFewer) {
  record([](ScriptedHost& host) {
    host.open();
    host.run(projection(1));
    host.run(projection(2));
    host.write(abi::QUEUE_CONTROL(1), 0);
  });
  const Outcome replayed = replay([](ScriptedHost& host) {
    host.open();
    host.run(projection(1));
    host.write(abi::QUEUE_CONTROL(1), 0);
  });
  const uint64_t second =
      number_of(events(), [](const Event& event) { return is_doorbell(event) && event.value == 2; });
  EXPECT_TRUE(says(replayed.failure, at_event(second))) << replayed.failure;
  EXPECT_TRUE(says(replayed.failure, "there came a write of 0x0 to QUEUE1_CONTROL")) << replayed.failure;
}

TEST_F(Replay, DivergesWhereMemoryTakesWhatItRefused) {
  record(usual_script);
  const Outcome replayed = replay([](ScriptedHost& host) {
    host.memory().map(kNothing, 0x1000);
    usual_script(host);
  });
  const uint64_t refused =
      number_of(events(), [](const Event& event) { return event.kind == EventKind::kDmaReadRefused; });
  EXPECT_TRUE(says(replayed.failure, at_event(refused))) << replayed.failure;
  EXPECT_TRUE(says(replayed.failure, "host memory that takes it")) << replayed.failure;
}

TEST_F(Replay, DivergesWhereMemoryRefusesWhatItTook) {
  const auto script = [](uint64_t destination) {
    return [destination](ScriptedHost& host) {
      host.memory().map(destination, 0x1000);
      host.open();
      host.run(projection(1, kSource, kNothing));
    };
  };
  record(script(kNothing));
  const Outcome replayed = replay(script(kDestination));
  EXPECT_TRUE(says(replayed.failure, "host memory that refuses it")) << replayed.failure;
}

TEST_F(Replay, DoesNothingMoreAfterADivergence) {
  record(usual_script);
  const Outcome replayed = replay([](ScriptedHost& host) {
    host.open();
    host.run(projection(9));
    const Outcome then = host.outcome();
    host.run(projection(1));
    host.device().reset();
    host.open();
    EXPECT_EQ(then, host.outcome());
  });
  EXPECT_TRUE(replayed.completions.empty());
  EXPECT_TRUE(replayed.interrupts.empty());
}

TEST_F(Replay, FailsWhereTheRecordedDeviceFailed) {
  class Faulty final : public abi::DevicePort {
   public:
    uint32_t read(uint32_t) override { return 0; }
    void write(uint32_t, uint32_t value) override { value_ = value; }
    abi::Activity advance(uint64_t) override {
      if (value_ == 2) {
        throw std::runtime_error("a broken model");
      }
      failure_ = value_ == 1 ? "a fault in itself" : "";
      return abi::Activity::kIdle;
    }
    void reset() override {}
    const std::atomic<uint64_t>& progress() const override { return progress_; }
    const std::string* failure() const override { return failure_.empty() ? nullptr : &failure_; }

   private:
    std::atomic<uint64_t> progress_{0};
    uint32_t value_ = 0;
    std::string failure_;
  };
  const auto make = [](abi::DmaPort&, abi::InterruptPort&) { return std::make_unique<Faulty>(); };
  const Script fails = [](ScriptedHost& host) {
    host.write(abi::OPU_CAMERA, 0);
    EXPECT_EQ(host.device().failure(), nullptr);
    host.write(abi::OPU_CAMERA, 1);
  };
  EXPECT_EQ(run(recorder(make), fails).failure, "a fault in itself");
  EXPECT_TRUE(says(replay(fails).failure, "a fault in itself (event "));
  const Script throws = [](ScriptedHost& host) {
    host.device().write(abi::OPU_CAMERA, 2);
    EXPECT_THROW(host.device().advance(1), std::runtime_error);
  };
  run(recorder(make), throws);
  replay(throws);
}

TEST_F(Replay, HangsWhereTheRecordedDeviceHung) {
  class Hanging final : public abi::DevicePort {
   public:
    uint32_t read(uint32_t) override { return 0; }
    void write(uint32_t, uint32_t) override { hung_ = true; }
    abi::Activity advance(uint64_t) override {
      return hung_ ? abi::Activity::kWorking : abi::Activity::kIdle;
    }
    void reset() override { hung_ = false; }
    const std::atomic<uint64_t>& progress() const override { return progress_; }

   private:
    std::atomic<uint64_t> progress_{0};
    bool hung_ = false;
  };
  const Script script = [](ScriptedHost& host) {
    host.device().write(abi::OPU_CAMERA, 1);
    const uint64_t before = host.device().progress();
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(host.device().advance(10), abi::Activity::kWorking);
    }
    EXPECT_EQ(host.device().progress(), before);
    host.device().reset();
    EXPECT_EQ(host.device().advance(10), abi::Activity::kIdle);
    EXPECT_EQ(host.device().failure(), nullptr);
  };
  run(recorder([](abi::DmaPort&, abi::InterruptPort&) { return std::make_unique<Hanging>(); }), script);
  replay(script);
}

}  // namespace
}  // namespace photic::recording
