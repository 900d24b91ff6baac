// SPDX-License-Identifier: Apache-2.0
// The convolutional network trained with sinabs that NIR's authors publish, on the hundred test recordings of
// N-MNIST: eight bits on a device lose at most one recording of what double precision classifies (100 with
// reset to zero, 98 by subtraction: workload.reference_spiking_nmnist).
#include "tests/workload/spiking/published.h"

namespace photic::tools {
namespace {

constexpr uint32_t kDrain = 5;  // each of five populations answers a step later than in the reference

class SinabsNmnist : public testing::Test {
 protected:
  void SetUp() override {
    file_ = test::data_folder() / "nir" / "cnn_sinabs.nir";
    if (!std::filesystem::exists(file_) || !std::filesystem::exists(test::data_folder() / "nmnist")) {
      GTEST_SKIP() << "skipped: no data";
    }
  }

  size_t correct(const std::string& reset) const {
    MappingSettings settings;
    settings.convention = "sinabs";
    settings.reset = reset;
    const IntegerForm form = to_integers(read_network({file_, {}, {}}), settings);
    const host::snn::Program program = map(form.network, geometry_of("mesh4"), settings);
    const auto samples =
        test::take(*open_samples({.data = "nmnist", .list = {}, .encode = "floor"}), 0, 100, kDrain);
    host::snn::Runner runner("golden:spu?geometry=mesh4", program);
    return test::correct(program, runner.run(test::inputs_of(samples)), form.network.outputs.front(),
                         samples);
  }

  std::filesystem::path file_;
};

TEST_F(SinabsNmnist, LosesAtMostOneRecordingOfAHundredInEightBitsWithResetToZero) {
  EXPECT_GE(correct("value"), 99u);
}

TEST_F(SinabsNmnist, LosesAtMostOneRecordingOfNinetyEightInEightBitsWithResetBySubtraction) {
  EXPECT_GE(correct("subtract"), 97u);
}

}  // namespace
}  // namespace photic::tools
