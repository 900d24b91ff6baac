// SPDX-License-Identifier: Apache-2.0
// Each promise of docs/reference/opu-device.md in its cycle: not before, not after.
#include <gtest/gtest.h>

#include <algorithm>

#include "drivers/abi/timing.h"
#include "tests/timing/opu/devices.h"

namespace photic::test {
namespace {

using abi::EventKind;

class Earliest : public testing::TestWithParam<Clocked> {
 protected:
  HostBench make(const ClockedOptions& options = {}) { return HostBench(maker(GetParam(), options)); }
  static abi::Submission project(uint16_t rows, uint16_t cols, uint32_t outputs, uint16_t vectors) {
    return intensity_projection(rows, cols, outputs, 16, vectors);
  }
  /// The same with the four-step scheme: four frames of one plane.
  static abi::Submission four_steps(uint16_t rows, uint16_t cols, uint32_t outputs, uint32_t pixel_cols) {
    abi::Submission s = intensity_projection(rows, cols, outputs, pixel_cols, 1);
    s.recovery = abi::pack_recovery(abi::Scheme::PHASE4, abi::OutputFormat::I32);
    return s;
  }
  static const abi::Preset& tiny() { return *abi::find_preset("tiny"); }
};

INSTANTIATE_TEST_SUITE_P(Opu, Earliest, testing::ValuesIn(kAllClocked),
                         [](const auto& device) { return std::string(name_of(device.param)); });

TEST_P(Earliest, SubmissionIsReadThreeCyclesAfterItIsFound) {
  HostBench bench = make();
  const abi::Completion done = bench.execute({.opcode = abi::Opcode::NOP});
  EXPECT_EQ(bench.recorder.cycles_of(EventKind::kReadBurst).at(0), done.start + 3);
}

TEST_P(Earliest, FirstBeatComesAfterTheReadLatency) {
  HostBench bench = make();
  bench.execute({.opcode = abi::Opcode::NOP});
  const uint64_t burst = bench.recorder.cycles_of(EventKind::kReadBurst).at(0);
  const auto beats = bench.recorder.cycles_of(EventKind::kReadBeat);
  ASSERT_EQ(beats.size(), 8U);
  for (size_t i = 0; i < beats.size(); ++i) {
    EXPECT_EQ(beats[i], burst + tiny().read_latency + i);
  }
}

TEST_P(Earliest, InterruptComesAfterTheCompletionIsAcknowledged) {
  HostBench bench = make();
  bench.execute({.opcode = abi::Opcode::NOP, .flags = abi::SUBMIT_IRQ});
  const uint64_t last_word = bench.recorder.cycles_of(EventKind::kWriteBeat).back();
  EXPECT_EQ(bench.recorder.cycles_of(EventKind::kInterrupt),
            std::vector<uint64_t>{last_word + tiny().write_latency + 2});
  EXPECT_EQ(bench.recorder.vectors, std::vector<unsigned>{0});
}

TEST_P(Earliest, FirstFrameIsLatchedWhenItIsLoaded) {
  HostBench bench = make();
  ASSERT_EQ(bench.execute(project(5, 20, 32, 1)).status, abi::Status::OK);
  const uint64_t fill = bench.recorder.cycles_of(EventKind::kMirrorFill).at(0);
  const uint64_t words = (tiny().mirror_cols + 15) / 16;
  EXPECT_EQ(bench.recorder.cycles_of(EventKind::kMirrorLatch).at(0),
            fill + 5 * (abi::kRowSetupCycles + words) + 2);
}

TEST_P(Earliest, LaserWaitsForTheMirrorsToSettleAndStaysOnForTheExposure) {
  HostBench bench = make();
  abi::Submission s = project(5, 20, 32, 2);
  s.exposure = 33;
  ASSERT_EQ(bench.execute(s).status, abi::Status::OK);
  const auto latches = bench.recorder.cycles_of(EventKind::kMirrorLatch);
  const auto laser = bench.recorder.cycles_of(EventKind::kLaser);
  const auto triggers = bench.recorder.cycles_of(EventKind::kTrigger);
  ASSERT_EQ(laser.size(), 4U);
  for (size_t frame = 0; frame < 2; ++frame) {
    EXPECT_EQ(laser[2 * frame], latches[frame] + tiny().settle_cycles);
    EXPECT_EQ(laser[2 * frame + 1], laser[2 * frame] + 33);
    EXPECT_EQ(triggers[frame], laser[2 * frame + 1] + 1);
  }
}

TEST_P(Earliest, RowsOfPixelsKeepToTheirSchedule) {
  HostBench bench = make();
  ASSERT_EQ(bench.execute(project(5, 20, 48, 1)).status, abi::Status::OK);
  const uint64_t trigger = bench.recorder.cycles_of(EventKind::kTrigger).at(0);
  const auto beats = bench.recorder.cycles_of(EventKind::kPixels);
  ASSERT_EQ(beats.size(), 12U);
  for (size_t i = 0; i < beats.size(); ++i) {
    EXPECT_EQ(beats[i], trigger + 1 + tiny().camera_start_cycles + i / 4 * tiny().row_cycles + i % 4);
  }
}

TEST_P(Earliest, WatchdogEndsACommandAfterItsTime) {
  HostBench bench = make({.lose_trigger = 0});
  abi::Submission s = project(5, 20, 48, 1);
  s.timeout = 1;
  const abi::Completion done = bench.execute(s);
  EXPECT_EQ(done.status, abi::Status::TIMEOUT);
  // Fetch: 3 to the burst, the latency, 8 beats, 1 to the FIFO, 1 to decide. Then 1024 cycles, and 1 to
  // abort, 1 to flush, 4 of flush, 1 to complete.
  EXPECT_EQ(done.end - done.start, 3 + tiny().read_latency + 8 + 1 + 1 + 1024 + 1 + 1 + 4 + 1);
}

TEST_P(Earliest, FramePeriodIsThatOfTheLoadWhenLoadingIsSlowest) {
  HostBench bench = make();
  ASSERT_EQ(bench.execute(four_steps(12, 16, 16, 16)).status, abi::Status::OK);
  const auto latches = bench.recorder.cycles_of(EventKind::kMirrorLatch);
  const uint64_t words = (tiny().mirror_cols + 15) / 16;
  const uint64_t load = 1 + 12 * (abi::kRowSetupCycles + words) + 3;
  ASSERT_GT(load, tiny().period(12 * 16, 16));
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(latches.at(i) - latches.at(i - 1), load);
  }
}

TEST_P(Earliest, FramePeriodIsThatOfTheExposureWhenExposingIsSlowest) {
  HostBench bench = make();
  abi::Submission s = four_steps(4, 16, 16, 16);
  s.exposure = 300;
  ASSERT_EQ(bench.execute(s).status, abi::Status::OK);
  const auto latches = bench.recorder.cycles_of(EventKind::kMirrorLatch);
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(latches.at(i) - latches.at(i - 1), tiny().settle_cycles + 300 + 4);
  }
}

TEST_P(Earliest, FramePeriodIsThatOfTheCameraWhenReadingOutIsSlowest) {
  const abi::Preset& small = *abi::find_preset("small");
  HostBench bench = make({.preset = "small"});
  ASSERT_EQ(bench.execute(four_steps(4, 16, 32 * 64, 64)).status, abi::Status::OK);
  const auto triggers = bench.recorder.cycles_of(EventKind::kTrigger);
  const uint64_t busy = small.camera_start_cycles + 32 * small.row_cycles;
  ASSERT_GT(busy, small.period(64, 32 * 64));
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(triggers.at(i) - triggers.at(i - 1), busy + 2);
  }
}

TEST_P(Earliest, FramePeriodIsThatOfTheModeOtherwise) {
  HostBench bench = make();
  ASSERT_EQ(bench.execute(four_steps(2, 16, 16, 16)).status, abi::Status::OK);
  const auto latches = bench.recorder.cycles_of(EventKind::kMirrorLatch);
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(latches.at(i) - latches.at(i - 1), tiny().period(2 * 16, 16));
  }
}

}  // namespace
}  // namespace photic::test
