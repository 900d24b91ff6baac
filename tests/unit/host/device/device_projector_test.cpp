// SPDX-License-Identifier: Apache-2.0
// The projector over the driver, on the golden device.
#include "host/device/device_projector.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/base/error.h"
#include "host/checkpoint/checkpoint.h"
#include "host/device/open_projector.h"
#include "host/session/make_trainer.h"
#include "host/tensor/elementwise.h"
#include "tests/unit/host/support.h"

namespace photic::host {
namespace {

constexpr uint32_t kOutputs = 300;
constexpr size_t kClasses = 10;

TernaryBatch random_batch(size_t rows, uint64_t seed) {
  TernaryBatch batch;
  batch.resize(rows, kClasses);
  const RandomStream random(seed, Purpose::kTernary, 0);
  for (size_t i = 0; i < batch.values.size(); ++i) {
    batch.values[i] = static_cast<int8_t>(static_cast<int>(random.below(3, i)) - 1);
  }
  return batch;
}

Matrix project(Projector& projector, const TernaryBatch& batch, uint64_t step) {
  Matrix out(batch.rows, projector.outputs());
  projector.wait(projector.submit(batch, step), out);
  return out;
}

/// A reference beam, none, and a large device.
class DeviceProjectorOn : public testing::TestWithParam<const char*> {};

TEST_P(DeviceProjectorOn, ProjectsLinearlyWithUnitVariance) {
  DeviceProjector projector(GetParam(), kClasses, kOutputs, 32);
  TernaryBatch single;
  single.resize(kClasses, kClasses);
  for (size_t c = 0; c < kClasses; ++c) {
    single(c, c) = 1;
  }
  const Matrix columns = project(projector, single, 0);
  double power = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    power += static_cast<double>(columns.data()[i]) * columns.data()[i];
  }
  // 3000 entries; without a reference beam each pixel has its own strength, which widens the spread about
  // twice.
  EXPECT_NEAR(power / static_cast<double>(columns.size()), 1.0, 0.2);

  const TernaryBatch batch = random_batch(32, 1);
  const Matrix out = project(projector, batch, 1);
  Matrix expected(32, kOutputs);
  for (size_t r = 0; r < 32; ++r) {
    for (size_t c = 0; c < kClasses; ++c) {
      for (size_t k = 0; k < kOutputs; ++k) {
        expected(r, k) += static_cast<float>(batch(r, c)) * columns(c, k);
      }
    }
  }
  EXPECT_GT(cosine(out, expected), 0.97) << "the sum of single projections";
}

TEST_P(DeviceProjectorOn, IsAFunctionOfTheStepNotOfTheOrderOfCalls) {
  DeviceProjector first(GetParam(), kClasses, kOutputs, 32), second(GetParam(), kClasses, kOutputs, 32);
  const TernaryBatch a = random_batch(32, 1), b = random_batch(20, 2);
  const Matrix a5 = project(first, a, 5);
  const Matrix b6 = project(first, b, 6);
  EXPECT_EQ(project(second, b, 6), b6);
  EXPECT_EQ(project(second, a, 5), a5);
}

TEST_P(DeviceProjectorOn, ReportsWhatItCost) {
  DeviceProjector projector(GetParam(), kClasses, kOutputs, 32);
  const ProjectorReport before = projector.report();
  project(projector, random_batch(32, 1), 0);
  const ProjectorReport after = projector.report();
  EXPECT_EQ(after.device, GetParam());
  EXPECT_EQ(after.vectors, 32u);
  EXPECT_EQ(after.frames - before.frames, 32u * kFramesPerVector);
  EXPECT_GT(after.device_seconds, before.device_seconds);
  EXPECT_GT(after.energy_joules, before.energy_joules);
}

INSTANTIATE_TEST_SUITE_P(Devices, DeviceProjectorOn,
                         testing::Values("golden:opu", "golden:opu?reference=0",
                                         "golden:opu?reference=60&noise=off&seed=3"));

TEST(DeviceProjector, UsesTheReferenceBeamWhereThereIsOne) {
  const DeviceProjector with("golden:opu?reference=60", kClasses, kOutputs, 32);
  const DeviceProjector without("golden:opu?reference=0", kClasses, kOutputs, 32);
  EXPECT_EQ(with.tuning().arrangement.scheme, static_cast<uint32_t>(PHOTIC_SCHEME_PHASE2));
  EXPECT_EQ(without.tuning().arrangement.scheme, static_cast<uint32_t>(PHOTIC_SCHEME_COMPLEMENT));
  EXPECT_GT(with.tuning().snr_db, 15.0);
}

TEST(DeviceProjector, DrawsItsNoiseAnewForEveryStep) {
  DeviceProjector projector("golden:opu?reference=60", kClasses, kOutputs, 32);
  const TernaryBatch batch = random_batch(32, 1);
  const Matrix step5 = project(projector, batch, 5);
  EXPECT_NE(project(projector, batch, 7), step5);
  EXPECT_EQ(project(projector, batch, 5), step5);
}

TEST(DeviceProjector, LetsAResumedTrainingGiveTheBitsOfOneThatNeverStopped) {
  const Dataset data = test::toy_dataset();
  TrainConfig config = test::toy_config(Method::kOpticalDfa);
  config.device = "golden:opu?reference=60";
  config.epochs = 2;
  const test::TemporaryFolder folder;
  const auto whole = make_trainer(config, data);
  while (!whole->finished()) {
    if (whole->steps_done() == 13) {
      save_checkpoint(folder.path() / "at13", *whole);
    }
    whole->step();
  }
  const auto resumed = make_trainer(config, data);
  restore_checkpoint(read_safetensors(folder.path() / "at13"), "at13", *resumed);
  while (!resumed->finished()) {
    resumed->step();
  }
  save_checkpoint(folder.path() / "whole", *whole);
  save_checkpoint(folder.path() / "resumed", *resumed);
  EXPECT_EQ(test::read_file(folder.path() / "resumed"), test::read_file(folder.path() / "whole"));
}

TEST(DeviceProjector, HasTheMediumOfTheDevicesSeed) {
  DeviceProjector a("golden:opu?reference=60&seed=1", kClasses, kOutputs, 32);
  DeviceProjector b("golden:opu?reference=60&seed=2", kClasses, kOutputs, 32);
  const TernaryBatch batch = random_batch(32, 1);
  EXPECT_LT(std::fabs(cosine(project(a, batch, 0), project(b, batch, 0))), 0.2);
}

TEST(DeviceProjector, SaysWhatIsWrongWithADevice) {
  EXPECT_THROW(open_projector("golden:opu?geometry=tiny", kClasses, 300, 32, 0), DeviceError) << "128 pixels";
  EXPECT_THROW(open_projector("golden:opu?colour=red", kClasses, 30, 32, 0), DeviceError);
  EXPECT_THROW(open_projector("nothing", kClasses, 30, 32, 0), DeviceError);
  EXPECT_THROW(open_projector("", kClasses, 30, 32, 0), DeviceError);
  EXPECT_THROW(open_projector("golden:opu", kClasses, 30, 100000, 0), DeviceError) << "too many rows a batch";
  EXPECT_THROW(open_projector("golden:opu?full_well=1&noise=read:5000", kClasses, 30, 32, 0), DeviceError);
  EXPECT_NO_THROW(open_projector("exact", kClasses, 30, 32, 0));
}

TEST(DeviceProjector, RejectsABatchItWasNotOpenedFor) {
  DeviceProjector projector("golden:opu", kClasses, 30, 8);
  EXPECT_THROW(projector.submit(random_batch(9, 1), 0), ConfigError);
}

TEST(DeviceProjector, ReportsALostTriggerAsADeviceError) {
  DeviceProjector probe("golden:opu", kClasses, 30, 8);
  const uint32_t frame = probe.tuning().frames + 5;  // in the first batch after the set-up
  DeviceProjector projector("golden:opu?lose_trigger=" + std::to_string(frame), kClasses, 30, 8);
  Matrix out(8, 30);
  const Ticket ticket = projector.submit(random_batch(8, 1), 0);
  EXPECT_THROW(projector.wait(ticket, out), DeviceError);
}

TEST(DeviceProjector, TriesAsOftenAsItMayAndThenNamesEveryFailure) {
  DeviceProjector probe("golden:opu", kClasses, 30, 8);
  const uint32_t frame = probe.tuning().frames + 5;
  DeviceProjector projector("golden:opu?lose_trigger=" + std::to_string(frame), kClasses, 30, 8, {3});
  Matrix out(8, 30);
  const TernaryBatch batch = random_batch(8, 1);
  const Ticket ticket = projector.submit(batch, 0);
  try {
    projector.wait(ticket, out);
    FAIL() << "a trigger that is lost every time was found";
  } catch (const DeviceError& error) {
    EXPECT_NE(std::string(error.what()).find("failed 4 times: "), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("TIMEOUT"), std::string::npos) << error.what();
  }
  const DeviceFailures failures = projector.report().failures;
  EXPECT_EQ(failures.list.size(), 3u);
  EXPECT_EQ(failures.resets, 1u);
  EXPECT_EQ(failures.reopenings, 1u);
  // Sent again, reset and opened again, it is still the device it was.
  projector.wait(projector.submit(batch, 1), out);
  EXPECT_EQ(out, project(probe, batch, 1));
}

TEST(DeviceProjector, GivesTheSameNumbersAfterEveryRemedy) {
  DeviceProjector calm("golden:opu?reference=60", kClasses, 30, 8);
  const TernaryBatch batch = random_batch(8, 1);
  const Matrix expected = project(calm, batch, 2);
  OpuLink link("golden:opu?reference=60", kClasses, 30, 8);
  const OpuTuning tuning = tune_opu(link);
  const auto frame = static_cast<uint32_t>(tuning.frames + 2 * kFramesPerVector * 8);
  for (const Remedy remedy : {Remedy::kSendAgain, Remedy::kReset, Remedy::kReopen}) {
    EXPECT_EQ(link.revive(remedy), remedy);
    link.submit(batch, tuning.arrangement, frame);
    link.wait();
    for (size_t r = 0; r < batch.rows; ++r) {
      for (size_t c = 0; c < 30; ++c) {
        ASSERT_EQ(static_cast<float>(tuning.scale) * static_cast<float>(link.outputs_of(r)[c]),
                  expected(r, c));
      }
    }
  }
}

}  // namespace
}  // namespace photic::host
