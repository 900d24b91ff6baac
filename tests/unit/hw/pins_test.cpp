// SPDX-License-Identifier: Apache-2.0
// Camera and DMD pins: every beat in its cycle, light counted on the laser's pin.
#include "models/optics/pins.h"

#include <gtest/gtest.h>

#include <vector>

namespace photic::optics {
namespace {

constexpr uint32_t kCols = 16;
constexpr uint32_t kBeatsARow = kCols / OpticalPins::kLanes;
constexpr uint32_t kStart = 4;
constexpr uint32_t kRowCycles = 10;

BenchConfig config() {
  BenchConfig config;
  config.shape = {.mirror_rows = 4, .mirror_cols = 40, .pixel_rows = 8, .pixel_cols = kCols};
  config.threads = 1;
  config.seed = 7;
  return config;
}

class Pins : public testing::Test {
 protected:
  void step(const OpticalPins::Inputs& in) { pins.step(in, now++); }
  /// Lights everything, exposes for `light` cycles and triggers; returns the trigger's cycle.
  uint64_t take_picture(uint32_t light, uint32_t frame = 1) {
    OpticalPins::Inputs in = idle;
    in.dmd_fill = in.dmd_fill_value = true;
    step(in);
    in = idle;
    in.dmd_latch = true;
    step(in);
    in = idle;
    in.laser_on = true;
    for (uint32_t i = 0; i < light; ++i) {
      step(in);
    }
    in = idle;
    in.cam_trigger = true;
    in.cam_frame = frame;
    step(in);
    return now - 1;
  }
  OpticalPins::Inputs make_idle() {
    OpticalPins::Inputs in;
    in.laser_power = 0x8000;
    in.laser_shift = 12;
    in.cam_row = 2;
    in.cam_rows = 2;
    in.cam_adc_bits = 12;
    in.cam_ready = true;
    return in;
  }

  Bench bench{config()};
  OpticalPins pins{bench, {kStart, kRowCycles, 77}};
  OpticalPins::Inputs idle = make_idle();
  uint64_t now = 0;
};

TEST_F(Pins, DeliverEachRowInItsCycles) {
  const uint64_t trigger = take_picture(3);
  std::vector<uint64_t> beats;
  std::vector<uint64_t> expected;
  for (uint32_t row = 0; row < 2; ++row) {
    for (uint32_t beat = 0; beat < kBeatsARow; ++beat) {
      expected.push_back(trigger + 1 + kStart + row * kRowCycles + beat);
    }
  }
  uint64_t last_busy = 0;
  uint64_t last_flag = 0;
  for (int i = 0; i < 60; ++i) {
    if (pins.outputs().cam_valid) {
      beats.push_back(now);
      last_flag = pins.outputs().cam_last ? now : last_flag;
    }
    last_busy = pins.outputs().cam_busy ? now : last_busy;
    step(idle);
  }
  EXPECT_EQ(beats, expected);
  EXPECT_EQ(last_flag, expected.back());
  EXPECT_EQ(last_busy, trigger + kStart + 2 * kRowCycles);
}

TEST_F(Pins, AreBusyFromTheCycleAfterTheTrigger) {
  EXPECT_FALSE(pins.outputs().cam_busy);
  take_picture(3);
  EXPECT_TRUE(pins.outputs().cam_busy);
}

TEST_F(Pins, ShowTheBenchsCounts) {
  take_picture(5);
  Bench other{config()};
  other.fill(true);
  other.latch();
  other.expose({.frame = 1,
                .exposure_cycles = 5,
                .laser_power = 0x8000,
                .laser_shift = 12,
                .adc_bits = 12,
                .first_row = 2,
                .rows = 2});
  std::vector<uint16_t> counts;
  for (int i = 0; i < 60; ++i) {
    if (pins.outputs().cam_valid) {
      counts.insert(counts.end(), pins.outputs().cam_data.begin(), pins.outputs().cam_data.end());
    }
    step(idle);
  }
  const auto expected = other.counts();
  ASSERT_EQ(counts.size(), expected.size());
  bool any_light = false;
  for (size_t i = 0; i < counts.size(); ++i) {
    EXPECT_EQ(counts[i], std::min<uint16_t>(expected[i], OpticalPins::kMostCount)) << i;
    any_light = any_light || counts[i] != 0;
  }
  EXPECT_TRUE(any_light);
}

TEST_F(Pins, HoldABeatUntilItIsTakenAndCatchUp) {
  const uint64_t trigger = take_picture(3);
  OpticalPins::Inputs blocked = idle;
  blocked.cam_ready = false;
  const uint64_t release = trigger + 1 + kStart + 8;
  std::vector<uint64_t> taken;
  while (now < trigger + 60) {
    const bool ready = now >= release;
    if (ready && pins.outputs().cam_valid) {
      taken.push_back(now);
    }
    step(ready ? idle : blocked);
  }
  // The first row starts late and ends after the second should have begun, so the two run into each other.
  ASSERT_EQ(taken.size(), 2 * kBeatsARow);
  for (size_t i = 0; i < taken.size(); ++i) {
    EXPECT_EQ(taken[i], release + i);
  }
}

TEST_F(Pins, StayBusyUntilTheLastBeatIsTaken) {
  const uint64_t trigger = take_picture(3);
  OpticalPins::Inputs blocked = idle;
  blocked.cam_ready = false;
  while (now < trigger + 100) {
    step(blocked);
  }
  for (uint32_t i = 0; i < 2 * kBeatsARow; ++i) {
    EXPECT_TRUE(pins.outputs().cam_busy);
    EXPECT_TRUE(pins.outputs().cam_valid);
    step(idle);
  }
  EXPECT_FALSE(pins.outputs().cam_busy);
}

TEST_F(Pins, CountLightSinceTheLastTriggerOnly) {
  const auto picture = [&](uint32_t light) {
    take_picture(light);
    std::vector<uint16_t> counts(bench.counts().begin(), bench.counts().end());
    while (pins.outputs().cam_busy) {
      step(idle);
    }
    return counts;
  };
  const auto first = picture(4);
  EXPECT_NE(picture(8), first);
  EXPECT_EQ(picture(4), first);
}

TEST_F(Pins, ForgetPictureAndLightWhenAborted) {
  take_picture(4);
  const std::vector<uint16_t> reference(bench.counts().begin(), bench.counts().end());
  OpticalPins::Inputs in = idle;
  in.laser_on = true;
  step(in);
  in = idle;
  in.cam_abort = true;
  step(in);
  EXPECT_FALSE(pins.outputs().cam_busy);
  EXPECT_FALSE(pins.outputs().cam_valid);
  take_picture(4);
  EXPECT_EQ(reference, std::vector<uint16_t>(bench.counts().begin(), bench.counts().end()));
}

TEST_F(Pins, NeverSeeTheTriggerThatIsLost) {
  take_picture(3, 77);
  EXPECT_FALSE(pins.outputs().cam_busy);
  take_picture(3, 78);
  EXPECT_TRUE(pins.outputs().cam_busy);
}

TEST_F(Pins, SkippingQuietCyclesIsTheSameAsStepping) {
  Bench other_bench{config()};
  OpticalPins skipped{other_bench, {kStart, kRowCycles, 77}};
  OpticalPins::Inputs light = idle;
  light.laser_on = true;
  pins.step(light, 0);
  skipped.step(light, 0);
  for (int i = 1; i < 9; ++i) {
    pins.step(light, i);
  }
  EXPECT_EQ(skipped.quiet_cycles(light), OpticalPins::kForever);
  EXPECT_EQ(skipped.quiet_cycles(idle), 0U);  // the laser goes off: an event
  skipped.skip(8, light);
  OpticalPins::Inputs trigger = idle;
  trigger.cam_trigger = true;
  pins.step(trigger, 9);
  skipped.step(trigger, 9);
  EXPECT_TRUE(std::equal(bench.counts().begin(), bench.counts().end(), other_bench.counts().begin()));
  for (uint64_t cycle = 10; skipped.outputs().cam_busy; ++cycle) {
    const uint64_t quiet = skipped.quiet_cycles(idle);
    for (uint64_t i = 0; i < quiet; ++i) {
      pins.step(idle, cycle);
    }
    skipped.skip(quiet, idle);
    EXPECT_EQ(pins.outputs(), skipped.outputs());
    pins.step(idle, cycle);
    skipped.step(idle, cycle);
  }
  EXPECT_FALSE(pins.outputs().cam_busy);
}

}  // namespace
}  // namespace photic::optics
