// SPDX-License-Identifier: Apache-2.0
// The same training through every target gives the same network, bit for bit.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "host/session/make_trainer.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

/// All parameters after `steps` steps of optical DFA on `target`, all imperfections on.
std::vector<float> weights_after(uint64_t steps, const std::string& target, const std::string& options = "") {
  const Dataset data = test::toy_dataset();
  TrainConfig config = test::toy_config(Method::kOpticalDfa);
  config.device = target + ":opu?geometry=small" + options;
  config.probe_every = 0;
  const auto trainer = make_trainer(config, data);
  for (uint64_t step = 0; step < steps; ++step) {
    trainer->step();
  }
  std::vector<float> weights;
  for (const Parameter* parameter : trainer->network().parameters()) {
    const float* first = parameter->value.data();
    weights.insert(weights.end(), first, first + parameter->value.size());
  }
  return weights;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST(SameWeights, ComeFromSystemcAsFromGolden) {
  constexpr uint64_t kSteps = 36;  // two epochs
  EXPECT_TRUE(same_bits(weights_after(kSteps, "systemc"), weights_after(kSteps, "golden")));
}

TEST(SameWeights, ComeFromRtlAsFromGolden) {
  constexpr uint64_t kSteps = 8;
  EXPECT_TRUE(same_bits(weights_after(kSteps, "rtl"), weights_after(kSteps, "golden")));
}

TEST(SameWeights, ComeFromCheckedTargetsAsFromGolden) {
  constexpr uint64_t kSteps = 4;
  EXPECT_TRUE(same_bits(weights_after(kSteps, "check:rtl,systemc"), weights_after(kSteps, "golden")));
}

TEST(SameWeights, ComeOnlyFromTheSameMedium) {
  constexpr uint64_t kSteps = 4;
  EXPECT_FALSE(same_bits(weights_after(kSteps, "golden", "&seed=99"), weights_after(kSteps, "golden")));
}

}  // namespace
}  // namespace photic::host
