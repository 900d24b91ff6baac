// SPDX-License-Identifier: Apache-2.0
// What each encoder says with its spikes.
#include "host/events/encoders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "host/base/error.h"
#include "host/events/decoders.h"

namespace photic::host {
namespace {

using Values = std::vector<double>;
using Steps = std::vector<uint32_t>;

/// Steps at which element `index` spikes.
Steps steps_of(const SpikeTrain& train, uint32_t index) {
  Steps steps;
  for (const SpikeEvent& event : train.events) {
    if (event.index == index) {
      steps.push_back(event.step);
    }
  }
  return steps;
}

TEST(RandomRate, SpikesAsOftenAsItsRateAndEveryDrawOnItsOwn) {
  constexpr uint32_t kSteps = 20000;
  const Values rates = {0, 0.1, 0.1, 0.7, 1};
  const SpikeTrain train = encode_random_rate(rates, kSteps, 5);
  const Values counts = count_scores(train);
  EXPECT_EQ(counts[0], 0);
  EXPECT_EQ(counts[4], kSteps);
  for (size_t i = 1; i < 4; ++i) {
    // Five standard deviations of a binomial.
    EXPECT_NEAR(counts[i], rates[i] * kSteps, 5 * std::sqrt(kSteps * rates[i] * (1 - rates[i])));
  }
  // Two elements of one rate coincide by chance only.
  const Steps first = steps_of(train, 1), second = steps_of(train, 2);
  Steps both;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(both));
  EXPECT_NEAR(static_cast<double>(both.size()), 0.01 * kSteps, 5 * std::sqrt(0.01 * kSteps));
}

TEST(RandomRate, IsAFunctionOfItsSeedAndOfNoOtherElement) {
  const SpikeTrain train = encode_random_rate(Values{0.5, 0.5}, 100, 1);
  EXPECT_EQ(train, encode_random_rate(Values{0.5, 0.5}, 100, 1));
  EXPECT_NE(train, encode_random_rate(Values{0.5, 0.5}, 100, 2));
  EXPECT_EQ(steps_of(train, 1), steps_of(encode_random_rate(Values{0, 0.5, 1}, 100, 1), 1));
  const Steps longer = steps_of(encode_random_rate(Values{0.5, 0.5}, 200, 1), 1);
  const Steps shorter = steps_of(train, 1);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), longer.begin()));
}

TEST(RegularRate, SpacesSpikesEvenly) {
  const SpikeTrain train = encode_regular_rate(Values{0, 0.25, 0.4, 1}, 10);
  EXPECT_EQ(steps_of(train, 0), Steps{});
  EXPECT_EQ(steps_of(train, 1), (Steps{3, 7}));
  EXPECT_EQ(steps_of(train, 2), (Steps{2, 4, 7, 9}));
  EXPECT_EQ(steps_of(train, 3).size(), 10u);
}

TEST(Latency, SpikesOnceTheSoonerTheLarger) {
  const SpikeTrain train = encode_latency(Values{1, 0.5, 0.25, 0.001, 0}, 11);
  EXPECT_EQ(steps_of(train, 0), Steps{0});
  EXPECT_EQ(steps_of(train, 1), Steps{5});
  EXPECT_EQ(steps_of(train, 2), Steps{8});
  EXPECT_EQ(steps_of(train, 3), Steps{10});
  EXPECT_EQ(steps_of(train, 4), Steps{});
}

TEST(Encoders, RefuseRatesOutsideZeroToOne) {
  for (const double value : {-0.1, 1.1, std::nan("")}) {
    EXPECT_THROW(encode_random_rate(Values{value}, 1, 0), ConfigError);
    EXPECT_THROW(encode_regular_rate(Values{value}, 1), ConfigError);
    EXPECT_THROW(encode_latency(Values{value}, 1), ConfigError);
  }
}

TEST(Integrate, SpikesAboveAFullPixelAndStartsAgainFromZero) {
  const std::vector<uint8_t> pixels = {0, 127, 128, 255};
  const SpikeTrain train = encode_integrate(pixels, 6);
  EXPECT_EQ(steps_of(train, 0), Steps{});
  EXPECT_EQ(steps_of(train, 1), (Steps{2, 5}));     // 127, 254, 381
  EXPECT_EQ(steps_of(train, 2), (Steps{1, 3, 5}));  // 128, 256
  EXPECT_EQ(steps_of(train, 3), (Steps{1, 3, 5}));  // 255 is not above 255
}

TEST(Current, SendsEveryValueAtEveryStep) {
  const std::vector<int32_t> values = {3, 0, -2};
  EXPECT_EQ(encode_current(values, 2).events,
            (std::vector<SpikeEvent>{{0, 0, 3}, {0, 2, -2}, {1, 0, 3}, {1, 2, -2}}));
}

}  // namespace
}  // namespace photic::host
