// SPDX-License-Identifier: Apache-2.0
// Spiking networks whose device is killed again and again, and whose outputs show nothing of it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "host/snn/runner.h"
#include "host/snn/snn_error.h"
#include "tests/support/census.h"
#include "tests/workload/survival/killer.h"
#include "tests/workload/survival/small_inference.h"

namespace photic::survival {
namespace {

using namespace std::chrono_literals;
using host::snn::Runner;
using host::snn::RunOptions;
using host::snn::RunResult;
using host::snn::Snapshot;
using host::snn::SnnError;

constexpr uint32_t kRetries = 8;

class InferenceSoak : public testing::TestWithParam<const char*> {};

TEST_P(InferenceSoak, GivesTheOutputsAndCountersOfAnUndisturbedRun) {
  SmallInference the(1);
  RunResult whole;
  std::vector<host::snn::UnitCounters> counted;
  {
    Runner runner(GetParam(), the.program);
    runner.clear_counters();
    whole = runner.run(the.samples, one_at_a_time());
    counted = activity(runner);
  }
  const test::Census before = test::take_census();
  const size_t wanted = share_of_kills(10);
  size_t kills = 0, survived = 0, runs = 0;
  for (size_t round = 0; (kills < wanted || survived == 0) && !HasFailure(); ++round) {
    const uint64_t seed = 1000000 * seed_of_kills() + round;
    SCOPED_TRACE("seed " + std::to_string(seed));
    const size_t most = std::clamp<size_t>(wanted - std::min(kills, wanted), 1, kRetries);
    {
      const Killer killer(getpid(), before.children, seed, most, 40ms);
      Runner runner(GetParam(), the.program, {kRetries});
      while (!killer.done() && !HasFailure()) {
        runner.clear_counters();
        const RunResult result = runner.run(the.samples, one_at_a_time());
        EXPECT_EQ(result.values, whole.values);
        EXPECT_EQ(activity(runner), counted);
        ++runs;
      }
      kills += killer.killed();
      survived += runner.failures().list.size();
      EXPECT_LE(runner.failures().list.size(), most);
    }
    EXPECT_EQ(test::take_census(), before);
  }
  if (HasFailure()) {
    return;
  }
  std::printf(
      "kills: inference on %s: %zu kills in %zu runs, %zu noticed and survived, every output the same\n",
      GetParam(), kills, runs, survived);
}

TEST_P(InferenceSoak, GoesOnFromItsLastSnapshotInALiveRun) {
  constexpr uint32_t kParts = 40;
  SmallInference the(2);
  std::vector<host::SpikeTrain> parts;
  for (uint32_t p = 0; p < kParts; ++p) {
    parts.push_back(the.sample(4));
  }
  RunOptions options;
  options.record = RunOptions::Record::kSteps;
  std::vector<std::vector<int32_t>> whole;
  {
    Runner runner(GetParam(), the.program);
    for (const host::SpikeTrain& part : parts) {
      whole.push_back(runner.advance(part, options).values);
    }
  }
  const test::Census before = test::take_census();
  const size_t wanted = share_of_kills(5);
  size_t kills = 0, errors = 0;
  for (size_t round = 0; (kills < wanted || errors == 0) && !HasFailure(); ++round) {
    const uint64_t seed = 2000000 * seed_of_kills() + round;
    SCOPED_TRACE("seed " + std::to_string(seed));
    {
      // With retries the runner opens the device again by itself, without them its caller does.
      Runner runner(GetParam(), the.program, {round % 2 == 0 ? kRetries : 0});
      const size_t most = std::clamp<size_t>(wanted - std::min(kills, wanted), 1, kRetries);
      const Killer killer(getpid(), before.children, seed, most, 40ms);
      size_t done = 0, kept = 0;
      Snapshot last;
      bool lost = false;
      // The empty snapshot stands for the start.
      while ((done < kParts || !killer.done()) && !HasFailure()) {
        try {
          if (lost) {
            runner.reopen();
            if (kept > 0) {
              runner.restore(last);
            }
            lost = false;
            done = kept;
          }
          if (done == kParts) {
            runner.rewind();
            done = kept = 0;
          }
          EXPECT_EQ(runner.step(), 4 * done);
          EXPECT_EQ(runner.advance(parts[done], options).values, whole[done]);
          ++done;
          if (done % 3 == 0) {
            last = runner.snapshot();
            kept = done;
          }
        } catch (const SnnError& error) {
          ASSERT_EQ(error.kind(), SnnError::Kind::kDevice) << error.what();
          ++errors;
          lost = true;
        }
      }
      kills += killer.killed();
    }
    EXPECT_EQ(test::take_census(), before);
  }
  if (HasFailure()) {
    return;
  }
  std::printf("kills: live runs on %s: %zu kills, %zu typed errors, every output the same\n", GetParam(),
              kills, errors);
}

constexpr const char* kTargets[] = {
    "golden:spu?geometry=tiny&process=1",
#ifdef PHOTIC_HARDWARE
    "systemc:spu?geometry=tiny",
#endif
};
INSTANTIATE_TEST_SUITE_P(Targets, InferenceSoak, testing::ValuesIn(kTargets));

}  // namespace
}  // namespace photic::survival
