// SPDX-License-Identifier: Apache-2.0
// What a run leaves in its folder, finished or interrupted.
#include "host/report/training_run.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "host/base/error.h"
#include "host/checkpoint/checkpoint.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using test::make_trainer;

using Json = nlohmann::json;

const Dataset& toy() {
  static const Dataset data = test::toy_dataset();
  return data;
}

TrainConfig config() {
  TrainConfig config = test::toy_config(Method::kOpticalDfa);
  config.epochs = 3;
  return config;
}

std::vector<Json> lines(const std::filesystem::path& path) {
  std::istringstream text(test::read_file(path));
  std::vector<Json> objects;
  for (std::string line; std::getline(text, line);) {
    objects.push_back(Json::parse(line));
  }
  return objects;
}

class TrainingRun : public testing::Test {
 protected:
  std::filesystem::path folder(const char* name) const { return temporary_.path() / name; }

  /// Runs from the start in folder `name`, asking for a stop after `stop_after` steps.
  bool run(const char* name, uint64_t stop_after = UINT64_MAX) {
    const auto trainer = make_trainer(config(), toy());
    RunFolder run_folder = RunFolder::create(folder(name), to_json(config()));
    return go(*trainer, run_folder, stop_after);
  }

  bool resume(const char* name) {
    const TensorFile file = read_safetensors(folder(name) / "checkpoint.safetensors");
    const auto trainer = make_trainer(checkpoint_config(file, name), toy());
    restore_checkpoint(file, name, *trainer);
    RunFolder run_folder = RunFolder::reopen(folder(name), trainer->steps_done());
    return go(*trainer, run_folder, UINT64_MAX);
  }

  bool go(Trainer& trainer, RunFolder& run_folder, uint64_t stop_after) {
    events_.clear();
    std::atomic<bool> stop{false};
    const RunOptions options{.progress_every = 1, .stop = &stop};
    return run_training(trainer, run_folder, options, [&](const Json& event) {
      events_.push_back(event);
      stop = stop || (event["event"] == "progress" && event["step"] >= stop_after);
    });
  }

  test::TemporaryFolder temporary_;
  std::vector<Json> events_;
};

TEST_F(TrainingRun, LeavesSettingsMetricsCheckpointAndResult) {
  EXPECT_TRUE(run("a"));
  EXPECT_EQ(config_from_json(Json::parse(test::read_file(folder("a") / "config.json"))), config());
  const Json result = Json::parse(test::read_file(folder("a") / "result.json"));
  EXPECT_EQ(result["seed"], config().seed);
  EXPECT_EQ(result["step"], 57);
  EXPECT_EQ(result["device"]["vectors"], 1800);
  const std::vector<Json> metrics = lines(folder("a") / "metrics.jsonl");
  EXPECT_EQ(
      std::count_if(metrics.begin(), metrics.end(), [](const Json& m) { return m["event"] == "epoch"; }), 3);
  EXPECT_EQ(metrics.back()["test_accuracy"], result["test_accuracy"]);
  EXPECT_EQ(events_.front()["event"], "start");
  EXPECT_EQ(events_.back()["event"], "result");
}

TEST_F(TrainingRun, LeavesTheSameMetricsAndCheckpointEveryTime) {
  run("a");
  run("b");
  for (const char* file : {"metrics.jsonl", "checkpoint.safetensors", "config.json"}) {
    EXPECT_EQ(test::read_file(folder("a") / file), test::read_file(folder("b") / file)) << file;
  }
}

TEST_F(TrainingRun, InterruptedAndResumedLeavesWhatAnUninterruptedOneDoes) {
  run("whole");
  for (const uint64_t stop : {1, 19, 30}) {
    const std::string name = "stopped" + std::to_string(stop);
    EXPECT_FALSE(run(name.c_str(), stop));
    EXPECT_EQ(events_.back()["event"], "interrupted");
    EXPECT_EQ(events_.back()["step"], stop);
    EXPECT_FALSE(std::filesystem::exists(folder(name.c_str()) / "result.json"));
    EXPECT_TRUE(resume(name.c_str()));
    for (const char* file : {"metrics.jsonl", "checkpoint.safetensors"}) {
      EXPECT_EQ(test::read_file(folder(name.c_str()) / file), test::read_file(folder("whole") / file))
          << file;
    }
  }
}

TEST_F(TrainingRun, ResumedFromAnOlderCheckpointDropsTheMetricsAfterIt) {
  run("a");
  run("b", 25);
  std::filesystem::copy_file(folder("a") / "metrics.jsonl", folder("b") / "metrics.jsonl",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(resume("b"));
  EXPECT_EQ(test::read_file(folder("b") / "metrics.jsonl"), test::read_file(folder("a") / "metrics.jsonl"));
}

TEST_F(TrainingRun, ResumedAfterItsEndReportsTheSameResult) {
  run("a");
  const Json first = Json::parse(test::read_file(folder("a") / "result.json"));
  EXPECT_TRUE(resume("a"));
  EXPECT_EQ(Json::parse(test::read_file(folder("a") / "result.json"))["test_accuracy"],
            first["test_accuracy"]);
}

TEST_F(TrainingRun, WhoseDeviceIsLostLeavesACheckpointOfTheLastStepDone) {
  run("whole");
  for (const uint64_t at : {1, 19, 20, 33}) {
    const std::string name = "lost" + std::to_string(at);
    {
      const auto trainer = test::make_failing_trainer(config(), toy(), at);
      RunFolder run_folder = RunFolder::create(folder(name.c_str()), to_json(config()));
      EXPECT_THROW(go(*trainer, run_folder, UINT64_MAX), DeviceError);
    }
    EXPECT_EQ(events_.back()["event"], "device-lost");
    EXPECT_EQ(events_.back()["step"], at - 1);
    EXPECT_FALSE(std::filesystem::exists(folder(name.c_str()) / "result.json"));
    EXPECT_TRUE(resume(name.c_str()));
    for (const char* file : {"metrics.jsonl", "checkpoint.safetensors"}) {
      EXPECT_EQ(test::read_file(folder(name.c_str()) / file), test::read_file(folder("whole") / file))
          << file << " after " << at;
    }
  }
}

TEST_F(TrainingRun, KilledWhileItWroteIsCleanedUpAndGoesOn) {
  run("whole");
  EXPECT_FALSE(run("killed", 30));
  std::ofstream(folder("killed") / "metrics.jsonl", std::ios::app) << R"({"event":"epoch","step":3)";
  std::ofstream(folder("killed") / "checkpoint.safetensors.part4711") << "half";
  std::ofstream(folder("killed") / "notes.party") << "mine";
  EXPECT_TRUE(resume("killed"));
  EXPECT_EQ(test::read_file(folder("killed") / "metrics.jsonl"),
            test::read_file(folder("whole") / "metrics.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(folder("killed") / "checkpoint.safetensors.part4711"));
  EXPECT_TRUE(std::filesystem::exists(folder("killed") / "notes.party"));
}

TEST_F(TrainingRun, HasItsSettingsBeforeItHasACheckpoint) {
  RunFolder::create(folder("begun"), to_json(config()));
  EXPECT_EQ(read_config(folder("begun")), config());
  EXPECT_EQ(read_config(folder("nothing")), std::nullopt);
  std::ofstream(folder("begun") / "config.json") << "{";
  EXPECT_THROW(read_config(folder("begun")), ConfigError);
}

TEST_F(TrainingRun, KilledBeforeItHadSettingsLeavesNothingToANewOne) {
  std::filesystem::create_directory(folder("a"));
  std::ofstream(folder("a") / "config.json.part4711") << "{";
  EXPECT_TRUE(run("a"));
  EXPECT_FALSE(std::filesystem::exists(folder("a") / "config.json.part4711"));
}

TEST_F(TrainingRun, SaysNothingOfFailuresWhereThereWereNone) {
  run("a");
  EXPECT_FALSE(Json::parse(test::read_file(folder("a") / "result.json")).contains("device_failures"));
}

TEST_F(TrainingRun, NeverOverwritesARun) {
  run("a");
  EXPECT_THROW(RunFolder::create(folder("a"), {}), IoError);
  EXPECT_THROW(RunFolder::create("/proc/photic", {}), IoError);
}

}  // namespace
}  // namespace photic::host
