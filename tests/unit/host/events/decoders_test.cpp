// SPDX-License-Identifier: Apache-2.0
// Which class each decoder chooses, ties above all.
#include "host/events/decoders.h"

#include <gtest/gtest.h>

#include "host/base/error.h"

namespace photic::host {
namespace {

using Values = std::vector<double>;

TEST(Counts, ChooseTheElementThatSpikedMost) {
  const SpikeTrain train{4, 3, {{0, 0, 1}, {1, 2, 1}, {3, 2, 1}}};
  EXPECT_EQ(count_scores(train), (Values{1, 0, 2}));
  EXPECT_EQ(decode_counts(train), 2u);
}

TEST(Counts, ChooseTheLowestIndexOnATieAndWhenNothingSpiked) {
  EXPECT_EQ(decode_counts({4, 3, {{0, 2, 1}, {3, 1, 1}}}), 1u);
  EXPECT_EQ(decode_counts({4, 3, {}}), 0u);
}

TEST(Counts, RefuseATrainWithoutElementsOrWithAnEventOutside) {
  EXPECT_THROW(decode_counts({4, 0, {}}), ConfigError);
  EXPECT_THROW(decode_counts({4, 3, {{0, 3, 1}}}), ConfigError);
}

TEST(FirstSpike, ChoosesTheEarliestAndTheLowestOfOneStep) {
  EXPECT_EQ(decode_first_spike({9, 5, {{2, 4, 1}, {2, 3, 1}, {5, 0, 1}, {6, 0, 1}}}), 3u);
  EXPECT_EQ(decode_first_spike({9, 5, {}}), std::nullopt);
}

TEST(Membrane, ChoosesByTheLastTheLargestOrTheMeanVoltage) {
  const Values voltages = {0, 9, 4,  //
                           6, 0, 4,  //
                           6, 0, 7};
  EXPECT_EQ(membrane_scores(voltages, 3, MembraneScore::kLast), (Values{6, 0, 7}));
  EXPECT_EQ(membrane_scores(voltages, 3, MembraneScore::kMaximum), (Values{6, 9, 7}));
  EXPECT_EQ(membrane_scores(voltages, 3, MembraneScore::kMean), (Values{4, 3, 5}));
  EXPECT_EQ(decode_membrane(voltages, 3, MembraneScore::kMaximum), 1u);
  EXPECT_EQ(decode_membrane(voltages, 3, MembraneScore::kMean), 2u);
}

TEST(Membrane, RefusesVoltagesThatAreNotWholeSteps) {
  EXPECT_THROW(membrane_scores(Values{1, 2, 3}, 2, MembraneScore::kLast), ConfigError);
  EXPECT_THROW(membrane_scores(Values{}, 2, MembraneScore::kLast), ConfigError);
  EXPECT_THROW(membrane_scores(Values{1}, 0, MembraneScore::kLast), ConfigError);
}

}  // namespace
}  // namespace photic::host
