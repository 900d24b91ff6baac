// SPDX-License-Identifier: Apache-2.0
// A pair of devices: alike, and with one that errs in every way a device can.
#include <gtest/gtest.h>

#include "drivers/abi/registers.h"
#include "sim/lockstep/ring_client.h"
#include "tests/unit/lockstep/golden_pair.h"

namespace photic::lockstep {
namespace {

constexpr uint64_t kSubmissions = 0x1'0000;
constexpr uint64_t kCompletions = 0x2'0000;
constexpr uint64_t kSource = 0x3'0000;
constexpr uint64_t kDestination = 0x4'0000;

abi::Submission projection() {
  abi::Submission s;
  s.opcode = abi::Opcode::OPU_PROJECT;
  s.flags = abi::SUBMIT_IRQ;
  s.command = 0x77;
  s.source = kSource;
  s.destination = kDestination;
  s.features = 12;
  s.vectors = 2;
  s.input = abi::pack_input(abi::InputFormat::U1, 1);
  s.recovery = abi::pack_recovery(abi::Scheme::PHASE4, abi::OutputFormat::I16);
  s.mirror_rows = 1;
  s.mirror_cols = 12;
  s.macro = 1;
  s.scale = 1;
  s.camera_rows = 1;
  s.outputs = 10;
  s.exposure = 50;
  return s;
}

class Pair : public testing::Test, public abi::InterruptPort {
 protected:
  Pair() {
    for (const uint64_t base : {kSubmissions, kCompletions, kSource, kDestination}) {
      memory.map(base, HostMemory::kPageBytes);
    }
    memory.poke(kSource, 0xA5A5);
  }

  void raise(unsigned vector) override { interrupts.push_back(vector); }

  void build(const Candidate& first, const Candidate& second) {
    CheckOptions options;
    options.report = folder.path / "report";
    options.replay = "the command line that shows it";
    device = make_check(first, second, memory, *this, options);
    ring.emplace(*device, memory, RingPlace{0, kSubmissions, kCompletions, 3});
    ring->open();
    device->write(abi::SHELL_IRQ_ENABLE, abi::SHELL_IRQ_ENABLE_QUEUE.mask());
    device->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
  }

  void project() {
    ring->submit(projection());
    ring->ring_doorbell();
    while (device->advance(1000) == abi::Activity::kWorking) {
    }
  }

  void expect_failure(const Fault& fault, const std::string& text) {
    build(good_candidate(), faulty_candidate(fault));
    project();
    ASSERT_NE(device->failure(), nullptr);
    EXPECT_NE(device->failure()->find(text), std::string::npos) << *device->failure();
    EXPECT_NE(folder.text("report/report.txt").find(text), std::string::npos);
    EXPECT_NE(folder.text("report/report.txt").find("the command line that shows it"), std::string::npos);
  }

  TemporaryFolder folder;
  HostMemory memory;
  std::vector<unsigned> interrupts;
  std::unique_ptr<abi::DevicePort> device;
  std::optional<RingClient> ring;
};

TEST_F(Pair, WorksLikeOneDevice) {
  build(good_candidate(), faulty_candidate({}));
  project();
  EXPECT_EQ(device->failure(), nullptr);
  const auto completion = ring->next_completion();
  ASSERT_TRUE(completion.has_value());
  EXPECT_EQ(completion->status, abi::Status::OK);
  EXPECT_EQ(interrupts, std::vector<unsigned>{0}) << "once, not twice";
  EXPECT_NE(memory.peek(kDestination), 0u);
  EXPECT_FALSE(std::filesystem::exists(folder.path / "report"));
}

TEST_F(Pair, GivesTheFirstDevicesResultsToTheHost) {
  HostMemory alone;
  for (const uint64_t base : {kSubmissions, kCompletions, kSource, kDestination}) {
    alone.map(base, HostMemory::kPageBytes);
  }
  alone.poke(kSource, 0xA5A5);
  const auto single = golden::make_opu(tiny_opu(), alone, *this);
  RingClient client(*single, alone, {0, kSubmissions, kCompletions, 3});
  client.open();
  single->write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
  client.submit(projection());
  client.ring_doorbell();
  single->advance(1000);
  build(good_candidate(), good_candidate());
  project();
  for (uint64_t at = 0; at < HostMemory::kPageBytes; at += 8) {
    EXPECT_EQ(memory.peek(kDestination + at), alone.peek(kDestination + at));
    EXPECT_EQ(memory.peek(kCompletions + at), alone.peek(kCompletions + at));
  }
}

TEST_F(Pair, NamesTheCommandVectorAndPixelOfAWrongByte) {
  expect_failure({.write =
                      [](uint64_t address, std::vector<uint64_t>& words) {
                        // Second vector, bytes 20 to 23: real part of pixel 5 in its low half.
                        if (address == kDestination + 40) {
                          words[2] ^= uint64_t{0x100} << 32;
                        }
                      }},
                 "output of command 0x77 (queue 0, ring entry 0), vector 1, pixel 5 (re), byte 1 of 2");
  EXPECT_EQ(memory.peek(kDestination), 0u) << "nothing of a piece of work that differs reaches the host";
}

TEST_F(Pair, FindsAMissingWrite) {
  expect_failure({.write = [](uint64_t, std::vector<uint64_t>& words) { words.pop_back(); }},
                 "wrote nothing");
}

TEST_F(Pair, FindsAWrongCompletion) {
  expect_failure({.write =
                      [](uint64_t address, std::vector<uint64_t>& words) {
                        if (address == kCompletions) {
                          words[2] += 1;
                        }
                      }},
                 "queue 0 completion 0, detail");
}

TEST_F(Pair, IgnoresCompletionStampsOfUntimedDevices) {
  build(good_candidate(), faulty_candidate({.write = [](uint64_t address, std::vector<uint64_t>& words) {
          if (address == kCompletions) {
            words[0] = 17;
            words[1] = 18;
          }
        }}));
  project();
  EXPECT_EQ(device->failure(), nullptr);
}

TEST_F(Pair, FindsAWrongCounter) {
  expect_failure({.read = [](uint32_t offset,
                             uint32_t value) { return offset == abi::OPU_VECTORS ? value + 1 : value; }},
                 "register OPU_VECTORS: good has 0x2, faulty has 0x3");
}

TEST_F(Pair, FindsALostInterrupt) {
  expect_failure({.drops_interrupt = [](unsigned vector) { return vector == 0; }},
                 "good raised 0, faulty raised none");
  EXPECT_TRUE(interrupts.empty());
}

TEST_F(Pair, TurnsWhatADeviceThrowsIntoAFailure) {
  expect_failure({.advance = [] { throw std::runtime_error("the pipe burst"); }},
                 "faulty stopped: the pipe burst");
}

TEST_F(Pair, AnswersLikeADeadFunctionAfterADeviceThrew) {
  build(good_candidate(), faulty_candidate({.advance = [] { throw std::runtime_error("the pipe burst"); }}));
  project();
  EXPECT_EQ(device->read(abi::SHELL_MAGIC), 0xFFFF'FFFFu);
}

TEST_F(Pair, SurvivesADeviceThatCannotBeReadForTheReport) {
  bool broken = false;
  build(good_candidate(), faulty_candidate({.read = [&](uint32_t offset, uint32_t value) {
          if (broken) {
            throw std::runtime_error("no answer");
          }
          broken = offset == abi::OPU_VECTORS_HI;
          return broken ? value + 1 : value;
        }}));
  project();
  ASSERT_NE(device->failure(), nullptr);
  EXPECT_NE(device->failure()->find("register OPU_VECTORS"), std::string::npos) << *device->failure();
}

TEST_F(Pair, DoesNothingMoreAfterAFailure) {
  build(good_candidate(), faulty_candidate({.drops_interrupt = [](unsigned) { return true; }}));
  project();
  ASSERT_NE(device->failure(), nullptr);
  const std::string first = *device->failure();
  const uint32_t commands = device->read(abi::SHELL_COMMANDS);
  ring->submit(projection());
  ring->ring_doorbell();
  EXPECT_EQ(device->advance(1000), abi::Activity::kIdle);
  EXPECT_EQ(device->read(abi::SHELL_COMMANDS), commands);
  EXPECT_EQ(*device->failure(), first);
}

TEST_F(Pair, HoldsRegisterWritesBackUntilBothAreIdle) {
  build(good_candidate(), faulty_candidate({}));
  ring->submit(projection());
  ring->ring_doorbell();
  ASSERT_EQ(device->advance(1), abi::Activity::kWorking);
  ring->submit(projection());
  ring->ring_doorbell();  // with the first device ahead of the second
  while (device->advance(1) == abi::Activity::kWorking) {
  }
  EXPECT_EQ(device->failure(), nullptr);
  EXPECT_EQ(device->read(abi::SHELL_COMMANDS), 2u);
}

TEST_F(Pair, MakesProgressWhileItWorks) {
  build(good_candidate(), good_candidate());
  const uint64_t before = device->progress();
  project();
  EXPECT_GT(device->progress(), before);
}

TEST_F(Pair, WritesTheReportForProgramsToo) {
  expect_failure({.drops_interrupt = [](unsigned) { return true; }}, "interrupts");
  const std::string json = folder.text("report/report.json");
  EXPECT_NE(json.find("\"kind\": \"interrupt\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"targets\": [\"good\", \"faulty\"]"), std::string::npos) << json;
}

}  // namespace
}  // namespace photic::lockstep
