// SPDX-License-Identifier: Apache-2.0
// A resumed run gives the bits of one that never stopped, and no bad checkpoint changes a trainer.
#include "host/checkpoint/checkpoint.h"

#include <gtest/gtest.h>

#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

using test::make_trainer;

using Kind = CheckpointError::Kind;

const Dataset& toy() {
  static const Dataset data = test::toy_dataset();
  return data;
}

/// Settings in which everything that could carry state does.
TrainConfig full_config(Method method, OptimizerKind optimizer) {
  TrainConfig config = test::toy_config(method);
  config.epochs = 3;
  config.optimizer.kind = optimizer;
  config.network.batch_norm = true;
  config.network.dropout = 0.2f;
  config.device = "exact?snr_db=15";
  return config;
}

class Checkpoint : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "checkpoint.safetensors"; }

  /// The bytes of a checkpoint of `trainer`.
  std::string saved(Trainer& trainer) {
    save_checkpoint(path(), trainer);
    return test::read_file(path());
  }

  static void run_to(Trainer& trainer, uint64_t step) {
    while (trainer.steps_done() < step) {
      trainer.step();
    }
  }

  /// Restores `file` expecting an error that leaves the trainer as it was.
  Kind restore_error(const TensorFile& file, Trainer& trainer) {
    const std::string before = saved(trainer);
    try {
      restore_checkpoint(file, "test", trainer);
    } catch (const CheckpointError& error) {
      EXPECT_EQ(saved(trainer), before) << "a refused checkpoint changed the trainer";
      return error.kind();
    }
    ADD_FAILURE() << "no error";
    return Kind::kMissing;
  }

  test::TemporaryFolder folder_;
};

TEST_F(Checkpoint, GoesOnWithTheBitsOfAnUninterruptedRun) {
  for (const Method method : {Method::kBackprop, Method::kFloatDfa, Method::kOpticalDfa, Method::kShallow}) {
    for (const OptimizerKind optimizer : {OptimizerKind::kSgd, OptimizerKind::kAdam}) {
      const TrainConfig config = full_config(method, optimizer);
      const auto whole = make_trainer(config, toy());
      run_to(*whole, whole->total_steps());
      const std::string expected = saved(*whole);
      for (const uint64_t stop : {1, 7, 19, 20, 38}) {  // 19 steps an epoch: within, at its end, after it
        const auto first = make_trainer(config, toy());
        run_to(*first, stop);
        save_checkpoint(path(), *first);
        const TensorFile file = read_safetensors(path());
        const auto second = make_trainer(checkpoint_config(file, "test"), toy());
        restore_checkpoint(file, "test", *second);
        EXPECT_EQ(second->steps_done(), stop);
        run_to(*second, second->total_steps());
        EXPECT_EQ(saved(*second), expected) << method_name(method) << ", stopped after " << stop;
      }
    }
  }
}

TEST_F(Checkpoint, RefusesTensorsThatAreNotTheTrainers) {
  const auto trainer = make_trainer(full_config(Method::kFloatDfa, OptimizerKind::kAdam), toy());
  trainer->step();
  save_checkpoint(path(), *trainer);
  const TensorFile good = read_safetensors(path());
  trainer->step();

  TensorFile file = good;
  file.tensors.erase("network.block0.0.weight");
  EXPECT_EQ(restore_error(file, *trainer), Kind::kContents);

  file = good;
  file.tensors["stranger"] = {"F32", {1}, std::vector<uint8_t>(4)};
  EXPECT_EQ(restore_error(file, *trainer), Kind::kContents);

  file = good;
  file.tensors["network.block0.0.weight"].dtype = "I32";
  EXPECT_EQ(restore_error(file, *trainer), Kind::kDtype);

  file = good;
  std::swap(file.tensors["network.block0.0.weight"].shape[0],
            file.tensors["network.block0.0.weight"].shape[1]);
  EXPECT_EQ(restore_error(file, *trainer), Kind::kShape);

  EXPECT_NO_THROW(restore_checkpoint(good, "test", *trainer));
}

TEST_F(Checkpoint, RefusesMetadataThatMakesNoSense) {
  const auto trainer = make_trainer(full_config(Method::kFloatDfa, OptimizerKind::kSgd), toy());
  save_checkpoint(path(), *trainer);
  const TensorFile good = read_safetensors(path());
  const std::pair<const char*, const char*> changes[] = {
      {"format", "other"},  {"config", "{"},
      {"config", "{}"},     {"steps_done", "-1"},
      {"steps_done", ""},   {"steps_done", "1 step"},
      {"steps_done", "58"}, {"steps_done", "99999999999999999999"}};
  for (const auto& [key, value] : changes) {
    TensorFile file = good;
    file.metadata[key] = value;
    EXPECT_EQ(restore_error(file, *trainer), Kind::kContents) << key << " = " << value;
    file.metadata.erase(key);
    EXPECT_EQ(restore_error(file, *trainer), Kind::kContents) << key;
  }
}

TEST_F(Checkpoint, RefusesATrainerOfOtherSettings) {
  TrainConfig config = full_config(Method::kFloatDfa, OptimizerKind::kSgd);
  const auto trainer = make_trainer(config, toy());
  save_checkpoint(path(), *trainer);
  const TensorFile file = read_safetensors(path());
  config.seed = 99;
  const auto other = make_trainer(config, toy());
  EXPECT_EQ(restore_error(file, *other), Kind::kContents);
}

}  // namespace
}  // namespace photic::host
