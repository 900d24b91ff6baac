// SPDX-License-Identifier: Apache-2.0
// Trainings whose device is killed again and again, and whose weights show nothing of it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "host/checkpoint/checkpoint.h"
#include "host/report/training_run.h"
#include "host/session/make_trainer.h"
#include "tests/support/census.h"
#include "tests/unit/host/support.h"
#include "tests/workload/survival/killer.h"

namespace photic::survival {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
namespace fs = std::filesystem;

host::TrainConfig config_on(const std::string& device) {
  host::TrainConfig config = host::test::toy_config(host::Method::kOpticalDfa);
  config.device = device;
  config.epochs = 2;
  config.network.hidden = {24, 16};
  return config;
}

/// A whole run in `folder`; its result.
Json train(const host::TrainConfig& config, const fs::path& folder, host::RetryPolicy policy,
           std::vector<Json>* failures = nullptr) {
  static const host::Dataset data = host::test::toy_dataset();
  const auto trainer = host::make_trainer(config, data, policy);
  host::RunFolder run = host::RunFolder::create(folder, host::to_json(config));
  EXPECT_TRUE(host::run_training(*trainer, run, {}, [&](const Json& event) {
    if (failures != nullptr && event["event"] == "device-failure") {
      failures->push_back(event);
    }
  }));
  return Json::parse(host::test::read_file(folder / "result.json"));
}

class TrainingSoak : public testing::TestWithParam<const char*> {};

TEST_P(TrainingSoak, EndsWithTheBytesOfAnUndisturbedRun) {
  const host::test::TemporaryFolder folder;
  const host::TrainConfig config = config_on(GetParam());
  const Json whole = train(config, folder.path() / "whole", {});
  EXPECT_FALSE(whole.contains("device_failures"));
  const test::Census before = test::take_census();
  const size_t wanted = share_of_kills(17);
  size_t kills = 0, survived = 0, runs = 0;
  for (; (kills < wanted || survived == 0) && !HasFailure(); ++runs) {
    const uint64_t seed = 1000000 * seed_of_kills() + runs;
    SCOPED_TRACE("seed " + std::to_string(seed));
    const fs::path disturbed = folder.path() / ("run" + std::to_string(runs));
    const size_t most = std::clamp<size_t>(wanted - std::min(kills, wanted), 1, 8);
    std::vector<Json> events;
    Json result;
    {
      const Killer killer(getpid(), before.children, seed, most, 40ms);
      result = train(config, disturbed, {static_cast<uint32_t>(most)}, &events);
      kills += killer.killed();
    }
    for (const char* file : {"checkpoint.safetensors", "metrics.jsonl"}) {
      EXPECT_EQ(host::test::read_file(disturbed / file),
                host::test::read_file(folder.path() / "whole" / file))
          << file;
    }
    EXPECT_EQ(result["device"], whole["device"]);
    const size_t told =
        result.contains("device_failures") ? result["device_failures"]["retries"].get<size_t>() : 0;
    EXPECT_EQ(told, events.size());
    EXPECT_LE(told, most);
    survived += told;
    fs::remove_all(disturbed);
    EXPECT_EQ(test::take_census(), before);
  }
  if (HasFailure()) {
    return;
  }
  std::printf(
      "kills: training on %s: %zu kills in %zu runs, %zu noticed and survived, every checkpoint the same\n",
      GetParam(), kills, runs, survived);
}

constexpr const char* kTargets[] = {
    "golden:opu?process=1&threads=1&reference=60",
#ifdef PHOTIC_HARDWARE
    "systemc:opu",
#endif
};
INSTANTIATE_TEST_SUITE_P(Targets, TrainingSoak, testing::ValuesIn(kTargets));

}  // namespace
}  // namespace photic::survival
