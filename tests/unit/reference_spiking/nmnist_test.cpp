// SPDX-License-Identifier: Apache-2.0
// A convolutional network trained with sinabs, as NIR's authors published it, on the 100 test samples of
// N-MNIST: how many the reference classifies in each way of resetting a neuron. Steps of 1 ms by floor, 300
// steps, all layers in the same step, a spike at v >= 1, class by spike counts.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "host/events/binning.h"
#include "host/events/decoders.h"
#include "host/graph/nir.h"
#include "models/reference/spiking/network.h"

namespace photic::reference::spiking {
namespace {

class NmnistNetwork : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("PHOTIC_DATA");
    folder_ = data == nullptr ? "" : data;
    if (!std::filesystem::exists(folder_ / "nir" / "cnn_sinabs.nir") ||
        !std::filesystem::exists(folder_ / "nmnist" / "nmnist_small.tar.gz")) {
      GTEST_SKIP() << "skipped: no data";
    }
  }

  /// Number of samples, of the list's hundred, whose digit the network counts most spikes for.
  int correct(const Convention& convention) const {
    Network network(host::read_nir(folder_ / "nir" / "cnn_sinabs.nir"), {std::nullopt, convention});
    const host::NmnistArchive archive(folder_ / "nmnist" / "nmnist_small.tar.gz");
    int correct = 0;
    for (const host::LabelledSample& sample : archive.list("test100.txt")) {
      const host::SpikeTrain input = host::bin(archive.sample(sample.id), {});
      const Record record = network.run(host::to_dense(input));
      const auto width = static_cast<uint32_t>(network.outputs());
      const size_t digit = host::decode_counts(host::from_dense(record.output, input.steps, width));
      correct += digit == sample.label ? 1 : 0;
    }
    return correct;
  }

  std::filesystem::path folder_;
};

TEST_F(NmnistNetwork, ClassifiesEverySampleWithResetToZero) {
  Convention convention = preset("sinabs");
  convention.reset = Reset::kToValue;
  EXPECT_EQ(correct(convention), 100);
}

TEST_F(NmnistNetwork, ClassifiesNinetyEightWithResetBySubtraction) {
  EXPECT_EQ(correct(preset("sinabs")), 98);
}

TEST_F(NmnistNetwork, ClassifiesNinetySixAsSinabsOwnNeuron) {
  Convention convention = preset("sinabs");
  convention.many_spikes = true;
  convention.floor_at_threshold = true;
  EXPECT_EQ(correct(convention), 96);
}

}  // namespace
}  // namespace photic::reference::spiking
