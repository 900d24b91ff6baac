// SPDX-License-Identifier: Apache-2.0
// Which candidates a rule hits.
#include "sim/faults/selector.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace photic::faults {
namespace {

constexpr int kCandidates = 1000;

std::vector<int> hits(const std::string& rules, size_t number = 0) {
  Selector selector(parse_rules(rules).at(0), number);
  std::vector<int> found;
  for (int i = 0; i < kCandidates; ++i) {
    if (selector.hit()) {
      found.push_back(i);
    }
  }
  return found;
}

TEST(FaultSelector, HitsTheOneCommandNamed) {
  EXPECT_EQ(hits("hang"), std::vector<int>{0});
  EXPECT_EQ(hits("hang,command=7"), std::vector<int>{7});
  EXPECT_EQ(hits("hang,command=7,count=3"), (std::vector<int>{7, 8, 9}));
  EXPECT_EQ(hits("hang,command=2,every=400"), (std::vector<int>{2, 402, 802}));
  EXPECT_EQ(hits("hang,every=400,count=2"), (std::vector<int>{0, 400}));
  EXPECT_EQ(hits("hang,count=all").size(), size_t{kCandidates});
}

TEST(FaultSelector, DrawsAsOftenAsTheChanceSays) {
  EXPECT_TRUE(hits("hang,chance=0").empty());
  EXPECT_EQ(hits("hang,chance=1").size(), size_t{kCandidates});
  const size_t quarter = hits("hang,chance=0.25").size();
  EXPECT_GT(quarter, 200U);
  EXPECT_LT(quarter, 300U);
}

TEST(FaultSelector, DrawsAlikeForOneSeedAndOtherwiseForAnotherSeedOrRule) {
  EXPECT_EQ(hits("hang,chance=0.5,seed=9"), hits("hang,chance=0.5,seed=9"));
  EXPECT_NE(hits("hang,chance=0.5,seed=9"), hits("hang,chance=0.5,seed=10"));
  EXPECT_NE(hits("hang,chance=0.5,seed=9", 0), hits("hang,chance=0.5,seed=9", 1));
}

TEST(FaultSelector, DrawsTheSameForTheSameCandidate) {
  const Rule rule = parse_rules("corrupted_completion,seed=3").at(0);
  Selector one(rule, 0);
  Selector other(rule, 0);
  one.hit();
  other.hit();
  EXPECT_EQ(one.draw(1U << 30, 2), other.draw(1U << 30, 2));
  EXPECT_NE(one.draw(1U << 30, 2), one.draw(1U << 30, 3));
}

}  // namespace
}  // namespace photic::faults
