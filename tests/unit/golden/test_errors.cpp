// SPDX-License-Identifier: Apache-2.0
// How commands fail, and what they leave behind.
#include <gtest/gtest.h>

#include "drivers/abi/numerics.h"
#include "tests/unit/golden/bench_host.h"

namespace photic::golden {
namespace {

using abi::InputFormat;
using abi::OutputFormat;
using abi::Scheme;
using abi::Status;

TEST(GoldenOpu, RefusesInvalidCommandsWithoutTouchingAnything) {
  BenchHost host;
  abi::Submission s = projection();
  s.opcode = static_cast<abi::Opcode>(0);
  EXPECT_EQ(host.run(s).status, Status::INVALID_OPCODE);
  s = projection();
  s.vectors = 0;
  EXPECT_EQ(host.run(s).status, Status::INVALID_FIELD);
  s = nop();
  s.frame = 1;
  EXPECT_EQ(host.run(s).status, Status::INVALID_FIELD);
  s = projection();
  s.mirror_row = 12;
  EXPECT_EQ(host.run(s).status, Status::INVALID_MIRRORS);
  s = projection();
  s.camera_rows = 3;
  EXPECT_EQ(host.run(s).status, Status::INVALID_CAMERA);
  s = projection();
  s.exposure = 0;
  EXPECT_EQ(host.run(s).status, Status::INVALID_EXPOSURE);
  s = projection();
  s.destination += 4;
  EXPECT_EQ(host.run(s).status, Status::INVALID_ADDRESS);
  s = projection();
  s.recovery = abi::pack_recovery(Scheme::ANCHOR, OutputFormat::I16);
  const abi::Completion last = host.run(s);
  EXPECT_EQ(last.status, Status::NOT_CALIBRATED);
  EXPECT_EQ(last.detail, 0u);
  EXPECT_EQ(host.counter(abi::OPU_FRAMES), 0u);
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 8u);
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS_FAILED), 8u);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), 8u * 8);
}

TEST(GoldenOpu, StopsAtARefusedReadAfterFinishingEarlierVectors) {
  BenchHost host;
  abi::Submission s = projection();
  s.vectors = 4;
  s.source = BenchHost::kSource + BenchHost::kDataBytes - 16;  // two vectors are mapped
  const abi::Completion completion = host.run(s);
  EXPECT_EQ(completion.status, Status::DMA_READ_ERROR);
  EXPECT_EQ(completion.detail, BenchHost::kSource + BenchHost::kDataBytes);
  EXPECT_EQ(host.counter(abi::OPU_FRAMES), 2u);
  EXPECT_EQ(host.counter(abi::OPU_VECTORS), 2u);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), 8u + 3) << "the refused word crosses the bus too";
  EXPECT_EQ(host.device->read(abi::SHELL_ERROR), 0u) << "no ring failed";
}

TEST(GoldenOpu, ReadsAllWordsOfARefusedPlane) {
  BenchHost host(options_of("small"));
  abi::Submission s = projection();
  s.features = 64 * 40;
  s.macro = 1;
  s.mirror_row = 0;
  s.mirror_rows = 64;
  s.mirror_cols = 90;
  s.camera_rows = 1;
  s.source = BenchHost::kSource + BenchHost::kDataBytes - 8 * 16;  // the first burst of three is mapped
  const abi::Completion completion = host.run(s);
  EXPECT_EQ(completion.status, Status::DMA_READ_ERROR);
  EXPECT_EQ(completion.detail, BenchHost::kSource + BenchHost::kDataBytes);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), 8u + 40);
  EXPECT_EQ(host.counter(abi::OPU_FRAMES), 0u);
}

TEST(GoldenOpu, RunsToTheEndAfterARefusedWriteAndNamesTheBurst) {
  BenchHost host;
  abi::Submission s = projection();
  s.vectors = 8;
  s.outputs = 32;
  s.recovery = abi::pack_recovery(Scheme::PHASE4, OutputFormat::I32);  // 32 words a vector
  s.destination = BenchHost::kDestination + BenchHost::kDataBytes - 8 * 40;
  const abi::Completion completion = host.run(s);
  EXPECT_EQ(completion.status, Status::DMA_WRITE_ERROR);
  EXPECT_EQ(completion.detail, BenchHost::kDestination + BenchHost::kDataBytes);
  EXPECT_EQ(host.counter(abi::OPU_VECTORS), 8u);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_WRITE_BEATS), 8u * 32 + 4);
}

TEST(GoldenOpu, WritesTheBurstsBeforeARefusedOne) {
  BenchHost host;
  abi::Submission s = projection();
  s.outputs = 32;
  s.exposure = 10'000;
  s.recovery = abi::pack_recovery(Scheme::PHASE3, OutputFormat::I32);
  s.destination = BenchHost::kDestination + BenchHost::kDataBytes - 8 * 20;
  host.memory.poke(BenchHost::kSource, 0xFFF);
  EXPECT_EQ(host.run(s).status, Status::DMA_WRITE_ERROR);
  abi::Submission whole = s;
  whole.destination = BenchHost::kDestination;
  EXPECT_EQ(host.run(whole).status, Status::OK);
  for (uint64_t word = 0; word < 20; ++word) {
    EXPECT_EQ(host.memory.peek(s.destination + 8 * word), host.memory.peek(whole.destination + 8 * word));
  }
}

TEST(GoldenOpu, PrefersTheReadErrorOverTheWriteError) {
  BenchHost host;
  abi::Submission s = projection();
  s.vectors = 2;
  s.source = BenchHost::kSource + BenchHost::kDataBytes - 8;
  s.destination = BenchHost::kUnmapped;
  const abi::Completion completion = host.run(s);
  EXPECT_EQ(completion.status, Status::DMA_READ_ERROR);
  EXPECT_EQ(completion.detail, BenchHost::kSource + BenchHost::kDataBytes);
}

TEST(GoldenOpu, TimesOutWhenAFrameNeverArrives) {
  BenchHost host(options_of("tiny", 105));
  abi::Submission s = projection();
  s.frame = 100;
  s.vectors = 8;
  const abi::Completion completion = host.run(s);
  EXPECT_EQ(completion.status, Status::TIMEOUT);
  EXPECT_EQ(host.counter(abi::OPU_FRAMES), 6u) << "the lost frame was triggered";
  EXPECT_EQ(host.counter(abi::OPU_PIXELS_READ), 5u * s.outputs);
  EXPECT_EQ(host.counter(abi::OPU_VECTORS), 5u);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), 8u + 7) << "the loader works one frame ahead";
  EXPECT_EQ(host.run(nop()).status, Status::OK) << "the device goes on";
}

TEST(GoldenOpu, ReadsNoFurtherPlaneWhenTheLostFrameIsFollowedByAStepOfTheSame) {
  BenchHost host(options_of("tiny", 2));
  abi::Submission s = projection();
  s.recovery = abi::pack_recovery(Scheme::PHASE4, OutputFormat::I16);
  s.vectors = 2;
  EXPECT_EQ(host.run(s).status, Status::TIMEOUT);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), 8u + 1);
  s.frame = 0xFFFF'FFFF;  // now the lost frame is the last of the plane
  EXPECT_EQ(host.run(s).status, Status::TIMEOUT);
  EXPECT_EQ(host.counter(abi::SHELL_DMA_READ_BEATS), 2 * 8u + 1 + 2);
}

TEST(GoldenOpu, ReportsSaturationOnlyIfStrictAndAboveTheShare) {
  BenchHost host;
  abi::Submission s = projection();
  host.memory.poke(BenchHost::kSource, 0xFFF);
  s.exposure = abi::kExposureMax;
  abi::Completion completion = host.run(s);
  EXPECT_EQ(completion.status, Status::OK);
  EXPECT_EQ(completion.detail, s.outputs);
  EXPECT_EQ(host.counter(abi::OPU_PIXELS_SATURATED), s.outputs);
  s.flags = abi::SUBMIT_STRICT;
  completion = host.run(s);
  EXPECT_EQ(completion.status, Status::SATURATED);
  EXPECT_EQ(completion.detail, s.outputs);
  s.exposure = 1;
  EXPECT_EQ(host.run(s).status, Status::OK);
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS_FAILED), 1u);
}

TEST(GoldenOpu, AllowsExactlyTheShareOfSaturatedPixels) {
  // 64 vectors of one pixel each: one saturated picture is 1/64, two are more.
  for (const unsigned bright : {1u, 2u}) {
    BenchHost host;
    abi::Submission s = projection();
    s.camera_rows = 1;
    s.outputs = 1;
    s.vectors = 64;
    s.flags = abi::SUBMIT_STRICT;
    s.exposure = abi::kExposureMax;
    for (uint64_t v = 0; v < bright; ++v) {
      host.memory.poke(BenchHost::kSource + 8 * v, 1);  // a dark vector gives 0 at any exposure
    }
    const abi::Completion completion = host.run(s);
    EXPECT_EQ(completion.detail, bright);
    EXPECT_EQ(completion.status, bright == 1 ? Status::OK : Status::SATURATED);
  }
}

abi::Submission calibration() {
  abi::Submission s = projection();
  s.opcode = abi::Opcode::OPU_CALIBRATE;
  s.recovery = abi::pack_recovery(Scheme::ANCHOR, OutputFormat::U8);
  s.source = s.destination = 0;
  s.scale = 0;
  s.exposure = 20;
  return s;
}

abi::Submission anchored() {
  abi::Submission s = projection();
  s.recovery = abi::pack_recovery(Scheme::ANCHOR, OutputFormat::I16);
  s.exposure = 20;
  return s;
}

TEST(GoldenOpu, ForgetsACalibrationWhenTheNextOneFails) {
  BenchHost host(options_of("tiny", 50));
  EXPECT_EQ(host.run(calibration()).status, Status::OK);
  EXPECT_EQ(host.run(anchored()).status, Status::OK);
  abi::Submission invalid = calibration();
  invalid.vectors = 3;
  EXPECT_EQ(host.run(invalid).status, Status::INVALID_FIELD);
  EXPECT_EQ(host.run(anchored()).status, Status::OK) << "a refused CALIBRATE forgets nothing";
  abi::Submission lost = calibration();
  lost.frame = 50;
  EXPECT_EQ(host.run(lost).status, Status::TIMEOUT);
  EXPECT_EQ(host.run(anchored()).status, Status::NOT_CALIBRATED);
}

TEST(GoldenOpu, RefusesACalibrationTakenWithOtherLight) {
  BenchHost host;
  EXPECT_EQ(host.run(calibration()).status, Status::OK);
  const uint32_t laser = host.device->read(abi::OPU_LASER);
  host.device->write(abi::OPU_LASER, abi::OPU_LASER_POWER.set(1) | abi::OPU_LASER_SHIFT.set(3));
  EXPECT_EQ(host.run(anchored()).status, Status::NOT_CALIBRATED);
  host.device->write(abi::OPU_LASER, laser);
  EXPECT_EQ(host.run(anchored()).status, Status::OK);
  host.device->write(abi::OPU_CAMERA, abi::OPU_CAMERA_ADC_BITS.set(10));
  EXPECT_EQ(host.run(anchored()).status, Status::NOT_CALIBRATED);
}

TEST(GoldenOpu, KeepsACalibrationThatSaturated) {
  BenchHost host;
  abi::Submission bright = calibration();
  bright.exposure = abi::kExposureMax;
  bright.flags = abi::SUBMIT_STRICT;
  EXPECT_EQ(host.run(bright).status, Status::SATURATED);
  abi::Submission project = anchored();
  project.exposure = abi::kExposureMax;
  EXPECT_EQ(host.run(project).status, Status::OK);
}

TEST(GoldenOpu, RejectsABenchOfAnotherSize) {
  OpuOptions options = options_of("tiny");
  ++options.bench.shape.pixel_rows;
  EXPECT_THROW(BenchHost host(options), Error);
}

}  // namespace
}  // namespace photic::golden
