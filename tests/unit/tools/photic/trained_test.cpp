// SPDX-License-Identifier: Apache-2.0
// Checkpoints of photic's own training as spiking networks, from inside and outside the command.
#include <algorithm>

#include "host/checkpoint/checkpoint.h"
#include "host/snn/runner.h"
#include "models/workloads/spiking/constant_input.h"
#include "tests/unit/tools/photic/command.h"
#include "tools/photic/spiking_network.h"
#include "tools/photic/spiking_run.h"

namespace photic::tools {
namespace {

const char* const kDevice = "golden:spu?geometry=strip";
constexpr uint32_t kSteps = 32;

/// The toy problem's test images as `photic snn run` shows images to a checkpoint.
class ToyImages : public Samples {
 public:
  explicit ToyImages(const host::LabelledImages& images) : images_(images) {}
  size_t count() const override { return images_.count(); }
  size_t width() const override { return images_.features; }
  bool images() const override { return true; }
  int32_t payload() const override { return static_cast<int32_t>(workloads::kBrightest); }
  Sample sample(size_t index) const override {
    const std::span pixels(images_.pixels.data() + index * images_.features, images_.features);
    return {workloads::image_train(pixels, kSteps), images_.labels[index]};
  }

 private:
  const host::LabelledImages& images_;
};

class Trained : public Command {
 protected:
  /// Trains for `epochs` and leaves a checkpoint as photic train does. Returns the share of test images the
  /// network has right.
  double train(host::TrainConfig config, uint32_t epochs) {
    config.epochs = epochs;
    config.probe_every = 0;
    const auto trainer = host::test::make_trainer(config, data_);
    while (epochs > 1 && !trainer->finished()) {
      trainer->step();
    }
    std::filesystem::create_directory(folder_.path() / "run");
    host::save_checkpoint(file(), *trainer);
    return trainer->evaluate().accuracy;
  }

  /// A network of the toy problem's shape, whatever data set it claims to know.
  static host::TrainConfig config(host::Activation activation, bool batch_norm = true) {
    host::TrainConfig config = host::test::toy_config(host::Method::kBackprop);
    config.network.activation = activation;
    config.network.batch_norm = batch_norm;
    return config;
  }

  std::filesystem::path file() const { return folder_.path() / "run" / "checkpoint.safetensors"; }
  size_t lines() const { return static_cast<size_t>(std::count(output_.begin(), output_.end(), '\n')); }

  host::Dataset data_ = host::test::toy_dataset();
};

TEST_F(Trained, AnswersOnADeviceAsTheNetworkItWasTrainedAs) {
  const double trained = train(config(host::Activation::kRelu), 12);
  ASSERT_GE(trained, 0.85) << "the network has not learned, so that there is nothing to lose";
  const SpikingNetwork network = read_network({folder_.path() / "run", {}, {}});
  ASSERT_NE(network.trained, nullptr);
  MappingSettings settings;
  settings.steps = kSteps;
  settings = settings_for(network, settings);
  const IntegerForm form = to_integers(*network.trained, data_, settings);
  EXPECT_EQ(form.network.populations.size(), 3u);
  ASSERT_TRUE(form.report.has_value());
  host::snn::Runner runner(kDevice, map(form.network, host::snn::device_preset(kDevice), settings));
  ShowSettings shown;
  shown.batch = 50;
  const Score score = show(runner, ToyImages(data_.test), shown);
  EXPECT_EQ(score.labelled(), data_.test.count());
  EXPECT_GE(static_cast<double>(score.correct()) / static_cast<double>(score.labelled()), trained - 0.02);
}

TEST_F(Trained, AreReadToTheBitRunningStatisticsIncluded) {
  host::TrainConfig few = config(host::Activation::kRelu);
  few.epochs = 2;
  const auto trainer = host::test::make_trainer(few, data_);
  while (!trainer->finished()) {
    trainer->step();
  }
  std::filesystem::create_directory(folder_.path() / "run");
  host::save_checkpoint(file(), *trainer);
  TrainedNetwork trained = read_trained(file());
  EXPECT_EQ(trained.data, "toy");
  const host::Matrix batch = host::test::random_matrix(8, 36, 1);
  const host::ConstMatrixRef read = trained.network.forward(batch, host::Pass{});
  const host::ConstMatrixRef kept = trainer->network().forward(batch, host::Pass{});
  EXPECT_TRUE(std::equal(kept.row(0), kept.row(0) + kept.rows * kept.cols, read.row(0)));
}

TEST_F(Trained, HaveBiasesForTheStepsOfAnImageAndAFirstLayerThatRemembersIt) {
  train(config(host::Activation::kRelu), 1);
  TrainedNetwork trained = read_trained(file());
  const auto few = spiking_form(trained, data_, 8);
  const auto many = spiking_form(trained, data_, 16);
  const host::snn::FloatNeuron& neuron = few.populations[0].neurons[0];
  EXPECT_EQ(neuron.current_keep, 1);
  // Half a threshold of 1, spread over the steps.
  EXPECT_NEAR(neuron.bias - many.populations[0].neurons[0].bias, 0.5 / 8 - 0.5 / 16, 1e-12);
  ASSERT_EQ(few.notes.size(), 1u);
  EXPECT_NE(few.notes[0].find("first 600 training images of 'toy'"), std::string::npos) << few.notes[0];
}

TEST_F(Trained, AreShownTheirOwnDataSetEveryPixelOnce) {
  const host::DatasetInfo& info = host::find_dataset("fashion");
  if (host::find_file(info.system_folder, info.files[0]).empty()) {
    GTEST_SKIP() << "skipped: no data";
  }
  data_ = host::load_dataset(info, info.system_folder);
  host::TrainConfig fashion = config(host::Activation::kRelu);
  fashion.data = "fashion";
  fashion.network.inputs = data_.train.features;
  fashion.network.classes = data_.classes;
  train(fashion, 1);
  ASSERT_EQ(run("snn run run --samples 3 --steps 8 --drain 1 --json"), 0) << output_;
  size_t lit = 0;
  for (size_t pixel = 0; pixel < 3 * data_.test.features; ++pixel) {
    lit += workloads::pixel_payload(data_.test.pixels[pixel]) != 0 ? 1 : 0;
  }
  EXPECT_TRUE(says("\"data\":\"fashion\"") && says("\"input_events\":" + std::to_string(lit))) << output_;
  const size_t updates = size_t{3} * (8 + 1) * (48 + 40 + 10);
  EXPECT_TRUE(says("\"updates\":" + std::to_string(updates))) << output_;
  EXPECT_EQ(run("snn map run --steps 9"), 0) << output_;
  EXPECT_TRUE(says("made for 9 steps an image")) << output_;
}

TEST_F(Trained, ListsLayersOfARunsFolderAndOfItsCheckpoint) {
  train(config(host::Activation::kRelu), 1);
  for (const char* path : {"run", "run/checkpoint.safetensors"}) {
    EXPECT_EQ(run("snn import " + std::string(path)), 0) << output_;
    EXPECT_TRUE(says("block0.0") && says("block0.1") && says("BatchNorm") && says("block1.2") && says("ReLU"))
        << output_;
    EXPECT_TRUE(says("(36)") && says(std::to_string(36 * 48 + 48)) && says("block2.0")) << output_;
    EXPECT_EQ(lines(), 8u) << output_;
  }
}

TEST_F(Trained, EndWithTwoInOneLineNamingTheLayerThatIsNotRelu) {
  train(config(host::Activation::kTanh, false), 1);
  for (const char* command : {"import run", "map run", "describe run", "run run"}) {
    EXPECT_EQ(run("snn " + std::string(command)), 2) << output_;
    EXPECT_TRUE(says("run: block0.1.tanh") && says("train with --activation relu") && lines() == 1)
        << output_;
  }
}

TEST_F(Trained, EndWithTwoForOptionsThatDoNotBelongToThem) {
  train(config(host::Activation::kRelu), 1);
  for (const char* arguments :
       {"import run --write copy.nir", "import run --input 36", "run run --encode rate", "map run"}) {
    EXPECT_EQ(run("snn " + std::string(arguments)), 2) << output_;
    EXPECT_EQ(lines(), 1u) << output_;
  }
  EXPECT_TRUE(says("toy")) << "the checkpoint's data set is no known one: " << output_;
}

TEST_F(Trained, EndWithThreeWhenTheirDataSetIsMissing) {
  host::TrainConfig mnist = config(host::Activation::kRelu);
  mnist.data = "mnist";
  train(mnist, 1);
  for (const char* command : {"map run", "run run"}) {
    EXPECT_EQ(run("snn " + std::string(command)), 3) << output_;
    EXPECT_TRUE(says("photic data fetch mnist") && lines() == 1) << output_;
  }
}

TEST_F(Trained, EndWithFourForACheckpointThatIsMissingDamagedOrContradictsItself) {
  train(config(host::Activation::kRelu), 1);
  std::filesystem::create_directory(folder_.path() / "empty");
  EXPECT_EQ(run("snn import empty"), 4) << output_;
  const host::TensorFile whole = host::read_safetensors(file());
  host::TensorFile lacking = whole;
  lacking.tensors.erase("network.block1.0.bias");
  host::write_safetensors(file(), lacking);
  EXPECT_EQ(run("snn map run"), 4) << output_;
  EXPECT_TRUE(says("checkpoint.safetensors") && says("network.block1.0.bias") && lines() == 1) << output_;
  host::TensorFile wide = whole;
  std::string& settings = wide.metadata["config"];
  const std::string widths = "\"hidden\":[48,40]";
  ASSERT_NE(settings.find(widths), std::string::npos);
  settings.replace(settings.find(widths), widths.size(), "\"hidden\":[40000,40000]");
  host::write_safetensors(file(), wide);
  EXPECT_EQ(run("snn import run"), 4) << output_;
  EXPECT_TRUE(says("more weights than it holds") && lines() == 1) << output_;
  host::write_safetensors(file(), whole);
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) - 1);
  EXPECT_EQ(run("snn import run"), 4) << output_;
}

}  // namespace
}  // namespace photic::tools
