// SPDX-License-Identifier: Apache-2.0
// Clocked devices: every event and its cycle, and waveforms of the window around a difference.
#include <gtest/gtest.h>

#include "drivers/abi/registers.h"
#include "tests/unit/lockstep/golden_pair.h"

namespace photic::lockstep {
namespace {

// Works for `length` cycles after a write to any register; every cycle latches the mirrors, the wrong one
// writes a mirror word.
class ScriptedDevice final : public abi::TimedDevicePort {
 public:
  struct Script {
    uint64_t length = 100;
    uint64_t wrong_cycle = ~uint64_t{0};
    uint64_t stops_early_by = 0;  // cycles of every budget left unused
  };

  explicit ScriptedDevice(const Script& script) : script_(script) {}

  uint32_t read(uint32_t) override { return 0; }
  void write(uint32_t, uint32_t) override { end_ = cycle_ + script_.length; }
  abi::Activity advance(uint64_t budget) override {
    const uint64_t cycles = budget > script_.stops_early_by ? budget - script_.stops_early_by : budget;
    for (uint64_t i = 0; i < cycles && cycle_ < end_; ++i, ++cycle_, ++progress_) {
      if (sink_ != nullptr) {
        sink_->on_event(cycle_ == script_.wrong_cycle
                            ? abi::BoundaryEvent{cycle_, abi::EventKind::kMirrorWord, 5 << 16, 9}
                            : abi::BoundaryEvent{cycle_, abi::EventKind::kMirrorLatch, 0, 0});
      }
      waveform_ << cycle_ << '\n';
    }
    return cycle_ < end_ ? abi::Activity::kWorking : abi::Activity::kIdle;
  }
  void reset() override {}
  const std::atomic<uint64_t>& progress() const override { return progress_; }
  uint64_t cycle() const override { return cycle_; }
  void trace(abi::EventSink* sink) override { sink_ = sink; }
  bool waveform(const std::string& path) override {
    waveform_.close();
    waveform_.clear();
    if (!path.empty()) {
      waveform_.open(path);
    }
    return path.empty() || waveform_.is_open();
  }

 private:
  const Script script_;
  uint64_t cycle_ = 0;
  uint64_t end_ = 0;
  std::atomic<uint64_t> progress_{0};
  abi::EventSink* sink_ = nullptr;
  std::ofstream waveform_;
};

class NoInterrupts final : public abi::InterruptPort {
 public:
  void raise(unsigned) override {}
};

class ClockedPair : public testing::Test {
 protected:
  void run(const ScriptedDevice::Script& first, const ScriptedDevice::Script& second) {
    CheckOptions options;
    options.report = folder.path;
    options.chunk_cycles = 64;
    options.cycles_before = 10;
    options.cycles_after = 3;
    const auto candidate = [](const std::string& name, const ScriptedDevice::Script& script) {
      return Candidate{name, [script](abi::DmaPort&, abi::InterruptPort&) {
                         return std::make_unique<ScriptedDevice>(script);
                       }};
    };
    device = make_check(candidate("left", first), candidate("right", second), memory, interrupts, options);
    device->write(abi::SHELL_SCRATCH, 0);
    while (device->advance(1000) == abi::Activity::kWorking) {
    }
  }

  std::string failure() const { return device->failure() != nullptr ? *device->failure() : ""; }

  TemporaryFolder folder;
  HostMemory memory;
  NoInterrupts interrupts;
  std::unique_ptr<abi::DevicePort> device;
};

TEST_F(ClockedPair, AgreesWithItself) {
  run({.length = 1000}, {.length = 1000});
  EXPECT_EQ(failure(), "");
}

TEST_F(ClockedPair, AllowsADeviceToUseLessThanItsBudget) {
  run({.length = 1000}, {.length = 1000, .stops_early_by = 20});
  EXPECT_EQ(failure(), "");
  run({.length = 1000, .stops_early_by = 13}, {.length = 1000, .stops_early_by = 20});
  EXPECT_EQ(failure(), "");
}

TEST_F(ClockedPair, NamesTheEventAndItsCycle) {
  run({.length = 1000}, {.length = 1000, .wrong_cycle = 777});
  EXPECT_NE(failure().find("event 777: left has \"cycle 777: mirrors latched\", right has \"cycle 777: "
                           "mirror row 5 word 0 = 0x9\""),
            std::string::npos)
      << failure();
  EXPECT_NE(folder.text("report.json").find("\"cycle\": 777"), std::string::npos);
}

TEST_F(ClockedPair, NamesADeviceThatEndsEarlier) {
  run({.length = 300}, {.length = 299});
  EXPECT_NE(failure().find("cycle 299"), std::string::npos) << failure();
  EXPECT_NE(failure().find("no event"), std::string::npos) << failure();
}

TEST_F(ClockedPair, DrawsTheWindowAroundADifferenceForBoth) {
  run({.length = 1000}, {.length = 1000, .wrong_cycle = 800});
  std::string expected;
  for (int cycle = 790; cycle < 803; ++cycle) {
    expected += std::to_string(cycle) + "\n";
  }
  EXPECT_EQ(folder.text("left.vcd"), expected);
  EXPECT_EQ(folder.text("right.vcd"), expected);
}

}  // namespace
}  // namespace photic::lockstep
