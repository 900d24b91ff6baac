// SPDX-License-Identifier: Apache-2.0
// The 784-128-64-10 network trained for Loihi that lava-dl publishes, on the test images of MNIST: exact
// counts of images and spikes. Pixels integrate to spikes for T steps; the network runs three steps more.
#include "tests/workload/spiking/published.h"

namespace photic::tools {
namespace {

constexpr uint32_t kDrain = 3;
constexpr size_t kImages = 10000;

class LoihiMnist : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = test::data_folder() / "loihi_mnist" / "trained_mnist_network.net";
    if (!std::filesystem::exists(file) || !std::filesystem::exists(test::data_folder() / "mnist")) {
      GTEST_SKIP() << "skipped: no data";
    }
    network_ = *read_network({file, {}, {}}).integers;
    ASSERT_EQ(network_.populations.size(), 3u);
  }

  static std::vector<Sample> images(uint32_t steps, size_t count) {
    const auto samples = open_samples({.data = "mnist", .list = {}, .encode = "integrate", .steps = steps});
    return test::take(*samples, 0, count, kDrain);
  }

  host::snn::IntegerNetwork network_;
};

TEST_F(LoihiMnist, ClassifiesAsManyImagesWithAsManySpikesAsItsAuthorsNetworkInTwentySteps) {
  const host::snn::Program program = test::program_of(network_, "mesh5", true);
  const std::vector<Sample> samples = images(20, kImages);
  host::snn::Runner runner("golden:spu?geometry=mesh5", program);
  const host::snn::RunResult result = runner.run(test::inputs_of(samples));
  EXPECT_EQ(test::correct(program, result, 2, samples), 9531u);
  const auto mean = [](size_t sum) { return static_cast<double>(sum) / kImages; };
  EXPECT_NEAR(mean(test::input_events(samples)), 1202.7, 0.05);
  EXPECT_NEAR(mean(test::spikes(program, result, 0)), 573.8, 0.05);
  EXPECT_NEAR(mean(test::spikes(program, result, 1)), 502.4, 0.05);
  EXPECT_NEAR(mean(test::spikes(program, result, 2)), 22.3, 0.05);
}

TEST_F(LoihiMnist, ClassifiesAsManyImagesAsItsAuthorsNetworkInThirtyTwoSteps) {
  const host::snn::Program program = test::program_of(network_, "mesh5", false);
  const std::vector<Sample> samples = images(32, kImages);
  host::snn::Runner runner("golden:spu?geometry=mesh5", program);
  EXPECT_EQ(test::correct(program, runner.run(test::inputs_of(samples)), 2, samples), 9522u);
}

#ifdef PHOTIC_HARDWARE
TEST_F(LoihiMnist, SpikesAlikeInSystemcAndGolden) {
  const host::snn::Program program = test::program_of(network_, "mesh5", true);
  const std::vector<Sample> samples = images(20, 500);
  test::expect_the_same(test::run_on("systemc:spu?geometry=mesh5", program, samples),
                        test::run_on("golden:spu?geometry=mesh5", program, samples));
}

TEST_F(LoihiMnist, SpikesAlikeInRtlAndSystemcInTheSameCycles) {
  if (!test::has_rtl("mesh5")) {
    GTEST_SKIP() << "skipped: no RTL of mesh5 in this build";
  }
  const host::snn::Program program = test::program_of(network_, "mesh5", true);
  const std::vector<Sample> samples = images(20, 20);
  test::expect_the_same_cycles(test::run_on("rtl:spu?geometry=mesh5", program, samples),
                               test::run_on("systemc:spu?geometry=mesh5", program, samples));
}

TEST_F(LoihiMnist, RunsOnRtlAndSystemcInLockstep) {
  if (!test::has_rtl("mesh5")) {
    GTEST_SKIP() << "skipped: no RTL of mesh5 in this build";
  }
  const host::snn::Program program = test::program_of(network_, "mesh5", true);
  const std::vector<Sample> samples = images(20, 3);
  test::expect_the_same(test::run_on("check:rtl,systemc:spu?geometry=mesh5&waveforms=0", program, samples),
                        test::run_on("golden:spu?geometry=mesh5", program, samples));
}
#endif

}  // namespace
}  // namespace photic::tools
