// SPDX-License-Identifier: Apache-2.0
// Steps and elements of camera events.
#include "host/events/binning.h"

#include <gtest/gtest.h>

#include "host/base/error.h"

namespace photic::host {
namespace {

using Rounding = Binning::Rounding;

/// The step of an event at `time`, or none if it is dropped.
std::vector<uint32_t> steps_of(const std::vector<uint32_t>& times, const Binning& binning) {
  EventRecording recording{34, 34, {}};
  for (const uint32_t time : times) {
    recording.events.push_back({0, 0, 0, time});
  }
  std::vector<uint32_t> steps;
  for (const SpikeEvent& event : bin(recording, binning).events) {
    for (int32_t i = 0; i < event.payload; ++i) {
      steps.push_back(event.step);
    }
  }
  return steps;
}

using Steps = std::vector<uint32_t>;

TEST(Binning, PutsAnEventIntoTheStepItFallsIn) {
  EXPECT_EQ(steps_of({0, 999, 1000, 1999, 2000}, {1000, 300, Rounding::kFloor, false}),
            (Steps{0, 0, 1, 1, 2}));
}

TEST(Binning, RoundsHalvesToTheEvenStep) {
  const Binning binning{1000, 300, Rounding::kNearestEven, false};
  EXPECT_EQ(steps_of({499, 500, 501, 1499, 1500, 2500, 2501}, binning), (Steps{0, 0, 1, 1, 2, 2, 3}));
}

TEST(Binning, HasNoHalvesInStepsOfAnOddLength) {
  EXPECT_EQ(steps_of({1, 2, 4, 5}, {3, 300, Rounding::kNearestEven, false}), (Steps{0, 1, 1, 2}));
}

TEST(Binning, DropsWhatComesAfterTheLastStep) {
  EXPECT_EQ(steps_of({299'499, 299'500, 300'000}, kLoihiBinning), Steps{299});
  EXPECT_EQ(steps_of({299'999, 300'000}, {}), Steps{299});
}

TEST(Binning, OrdersElementsByPolarityThenRowThenColumn) {
  const EventRecording recording{3, 4, {{2, 1, 1, 0}, {3, 0, 0, 0}, {0, 2, 0, 0}}};
  const SpikeTrain train = bin(recording, {});
  EXPECT_EQ(train.width, 24u);
  EXPECT_EQ(train.events, (std::vector<SpikeEvent>{{0, 3, 1}, {0, 8, 1}, {0, 18, 1}}));
}

TEST(Binning, MakesCoincidingEventsOneOrCountsThem) {
  const EventRecording recording{1, 2, {{0, 0, 0, 0}, {1, 0, 0, 1}, {0, 0, 0, 2}, {0, 0, 0, 1000}}};
  EXPECT_EQ(bin(recording, {1000, 2, Rounding::kFloor, true}).events,
            (std::vector<SpikeEvent>{{0, 0, 1}, {0, 1, 1}, {1, 0, 1}}));
  EXPECT_EQ(bin(recording, {1000, 2, Rounding::kFloor, false}).events,
            (std::vector<SpikeEvent>{{0, 0, 2}, {0, 1, 1}, {1, 0, 1}}));
}

TEST(Binning, RefusesStepsWithoutLengthAndEventsOutsideTheSensor) {
  EXPECT_THROW(bin({1, 1, {}}, {0, 1, Rounding::kFloor, true}), ConfigError);
  EXPECT_THROW(bin({1, 1, {{1, 0, 0, 0}}}, {}), ConfigError);
  EXPECT_THROW(bin({1, 1, {{0, 0, 2, 0}}}, {}), ConfigError);
}

}  // namespace
}  // namespace photic::host
