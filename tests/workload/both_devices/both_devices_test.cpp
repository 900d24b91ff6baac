// SPDX-License-Identifier: Apache-2.0
// A network learns on an optical device and classifies as spikes on a spiking one.
#include <gtest/gtest.h>

#include <memory>

#include "host/session/make_trainer.h"
#include "host/snn/snn_error.h"
#include "models/workloads/spiking/accuracy.h"
#include "models/workloads/spiking/replay.h"
#include "tests/unit/host/support.h"

namespace photic::workloads {
namespace {

const char* const kDevice = "golden:spu?geometry=strip";
constexpr size_t kAll = 1000000;

class BothDevices : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = std::make_unique<host::Dataset>(host::test::toy_dataset());
    host::TrainConfig config = host::test::toy_config(host::Method::kOpticalDfa);
    config.device = "golden:opu?geometry=small";
    config.network.activation = host::Activation::kRelu;
    config.network.batch_norm = true;
    config.probe_every = 0;
    trainer_ = host::make_trainer(config, *data_);
    while (!trainer_->finished()) {
      trainer_->step();
    }
  }
  static void TearDownTestSuite() {
    trainer_.reset();
    data_.reset();
  }

  static SpikingClassifier classifier(uint32_t steps) {
    SpikingSettings settings;
    settings.steps = steps;
    return make_classifier(trainer_->network(), *data_, host::snn::device_preset(kDevice), settings);
  }

  static SpikingScore score(const SpikingClassifier& classifier, const std::string& device = kDevice) {
    host::snn::Runner runner(device, classifier.program);
    return classify(runner, classifier, data_->test, kAll, "loihi14");
  }

  static std::unique_ptr<host::Dataset> data_;
  static std::unique_ptr<host::Trainer> trainer_;
};

std::unique_ptr<host::Dataset> BothDevices::data_;
std::unique_ptr<host::Trainer> BothDevices::trainer_;

TEST_F(BothDevices, LoseAtMostOneImageInFiftyFromFloatsToSpikes) {
  const double trained = trained_accuracy(trainer_->network(), *data_, kAll);
  EXPECT_GE(trained, 0.85) << "the network has not learned, so that there is nothing to lose";
  SpikingClassifier spiking = classifier(32);
  EXPECT_NEAR(rate_accuracy(spiking.rates, *data_, kAll), trained, 0.02);
  const SpikingScore result = score(spiking);
  EXPECT_EQ(result.images, data_->test.count());
  EXPECT_GE(result.accuracy(), trained - 0.02);
}

TEST_F(BothDevices, SpikeMoreInMoreStepsAndLoseMoreInFewer) {
  const SpikingScore few = score(classifier(4));
  const SpikingScore many = score(classifier(32));
  EXPECT_LT(few.accuracy(), many.accuracy());
  EXPECT_LT(few.spikes, many.spikes);
  EXPECT_LT(few.joules, many.joules);
  // An image is sent once, however long it works.
  EXPECT_EQ(few.input_events, many.input_events);
}

TEST_F(BothDevices, RefuseFewerStepsThanLayers) {
  EXPECT_THROW(classifier(3), host::snn::SnnError);
}

TEST_F(BothDevices, StopWhenAsked) {
  const SpikingClassifier spiking = classifier(8);
  host::snn::Runner runner(kDevice, spiking.program);
  try {
    classify(runner, spiking, data_->test, kAll, "loihi14", [](double) { return false; });
    FAIL() << "went on";
  } catch (const host::snn::SnnError& error) {
    EXPECT_EQ(error.kind(), host::snn::SnnError::Kind::kCancelled);
  }
}

#ifdef PHOTIC_HARDWARE
TEST_F(BothDevices, ReplayOnRtlAndSystemcWithoutADifference) {
  const SpikingReplay result =
      replay(kDevice, "check:rtl,systemc:spu?geometry=strip&waveforms=0", classifier(16), data_->test, 4);
  EXPECT_EQ(result.differing_bytes, 0u);
  EXPECT_EQ(result.differing_counters, 0u);
  EXPECT_GT(result.counters, 0u);
  EXPECT_GT(result.cycles_an_image(), 0);
}

TEST_F(BothDevices, ClassifyOnSystemcAsOnGolden) {
  const SpikingClassifier spiking = classifier(16);
  const SpikingScore timed = score(spiking, "systemc:spu?geometry=strip");
  const SpikingScore untimed = score(spiking);
  EXPECT_EQ(timed.correct, untimed.correct);
  EXPECT_EQ(timed.spikes, untimed.spikes);
  EXPECT_EQ(timed.operations, untimed.operations);
  EXPECT_GT(timed.cycles, 0u);
}
#endif

}  // namespace
}  // namespace photic::workloads
