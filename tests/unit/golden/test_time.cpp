// SPDX-License-Identifier: Apache-2.0
// Budgets and signs of life.
#include <gtest/gtest.h>

#include "tests/unit/golden/bench_host.h"

namespace photic::golden {
namespace {

TEST(GoldenOpu, DoesNothingUntilItIsAdvanced) {
  BenchHost host;
  host.ring.submit(nop());
  host.ring.ring_doorbell();
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 0u);
  EXPECT_EQ(host.device->read(abi::SHELL_STATUS), abi::SHELL_STATUS_BUSY.mask());
  EXPECT_EQ(host.device->advance(10), abi::Activity::kIdle);
  EXPECT_EQ(host.counter(abi::SHELL_COMMANDS), 1u);
}

TEST(GoldenOpu, TakesAtMostItsBudgetAndSaysThatWorkRemains) {
  BenchHost host;
  abi::Submission s = projection();
  s.vectors = 20;
  host.ring.submit(s);
  host.ring.ring_doorbell();
  for (uint64_t budget : {0u, 1u, 4u, 7u}) {
    const uint64_t before = host.counter(abi::OPU_FRAMES);
    EXPECT_EQ(host.device->advance(budget), abi::Activity::kWorking);
    EXPECT_LE(host.counter(abi::OPU_FRAMES), before + std::max<uint64_t>(1, budget));
    EXPECT_EQ(host.device->read(abi::SHELL_STATUS), abi::SHELL_STATUS_BUSY.mask());
  }
  EXPECT_EQ(host.device->advance(1000), abi::Activity::kIdle);
  EXPECT_EQ(host.counter(abi::OPU_FRAMES), 20u);
}

TEST(GoldenOpu, MakesProgressWithEveryFrame) {
  BenchHost host;
  abi::Submission s = projection();
  s.vectors = 5;
  host.ring.submit(s);
  host.ring.ring_doorbell();
  abi::Activity activity = abi::Activity::kWorking;
  while (activity == abi::Activity::kWorking) {
    const uint64_t before = host.device->progress().load();
    activity = host.device->advance(1);
    EXPECT_GT(host.device->progress().load(), before);
  }
}

}  // namespace
}  // namespace photic::golden
