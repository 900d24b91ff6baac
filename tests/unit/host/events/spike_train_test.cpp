// SPDX-License-Identifier: Apache-2.0
// Trains of events and their dense form.
#include "host/events/spike_train.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/base/error.h"

namespace photic::host {
namespace {

TEST(SpikeTrain, SortsByStepThenIndex) {
  const SpikeTrain train = make_spike_train(3, 4, {{2, 0, 1}, {1, 3, 5}, {1, 2, -7}});
  EXPECT_EQ(train.events, (std::vector<SpikeEvent>{{1, 2, -7}, {1, 3, 5}, {2, 0, 1}}));
}

TEST(SpikeTrain, RefusesAnEventOutside) {
  EXPECT_THROW(make_spike_train(3, 4, {{3, 0, 1}}), ConfigError);
  EXPECT_THROW(make_spike_train(3, 4, {{0, 4, 1}}), ConfigError);
  EXPECT_THROW(to_dense({3, 4, {{0, 4, 1}}}), ConfigError);
}

TEST(SpikeTrain, IsTheSameTrainThroughItsDenseForm) {
  const SpikeTrain train = make_spike_train(2, 3, {{0, 1, 1}, {1, 0, -4}, {1, 2, 9}});
  const std::vector<double> dense = to_dense(train);
  EXPECT_EQ(dense, (std::vector<double>{0, 1, 0, -4, 0, 9}));
  EXPECT_EQ(from_dense(dense, 2, 3), train);
}

TEST(SpikeTrain, AddsPayloadsOfOneElementAndStep) {
  EXPECT_EQ(to_dense({1, 1, {{0, 0, 2}, {0, 0, 3}}}), std::vector<double>{5});
}

TEST(SpikeTrain, RefusesValuesThatAreNoPayloads) {
  for (const double value : {0.5, 3e9, std::nan("")}) {
    EXPECT_THROW(from_dense({value}, 1, 1), ConfigError);
  }
  EXPECT_THROW(from_dense({1, 2, 3}, 2, 2), ConfigError);
}

}  // namespace
}  // namespace photic::host
