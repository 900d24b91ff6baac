// SPDX-License-Identifier: Apache-2.0
// Published networks, mapped, and run on the golden device on real recordings.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "host/events/binning.h"
#include "host/graph/net.h"
#include "host/graph/nir.h"
#include "host/graph/text_network.h"
#include "host/snn/check_program.h"
#include "host/snn/discretise.h"
#include "host/snn/map.h"
#include "host/snn/quantise.h"
#include "host/snn/runner.h"

namespace photic::host::snn::test {
namespace {

const abi::SpuPreset& preset(std::string_view name) {
  return *abi::find_spu_preset(name);
}

class Published : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("PHOTIC_DATA");
    folder_ = data == nullptr ? "" : data;
    if (!std::filesystem::exists(folder_ / "nir") || !std::filesystem::exists(folder_ / "nmnist") ||
        !std::filesystem::exists(folder_ / "loihi_mnist")) {
      GTEST_SKIP() << "skipped: no data";
    }
  }

  IntegerNetwork nmnist() const {
    const auto at = folder_ / "nmnist";
    return read_text_network(at / "network.yaml", {at / "NMNISTFc1.txt.gz", at / "NMNISTFc2.txt"},
                             {2, 34, 34});
  }

  /// Samples of the first `count` whose digit has most spikes.
  size_t correct(const IntegerNetwork& network, const char* geometry, const Binning& binning,
                 size_t count) const {
    const NmnistArchive archive(folder_ / "nmnist" / "nmnist_small.tar.gz");
    const auto list = archive.list("test100.txt");
    std::vector<SpikeTrain> trains;
    for (size_t s = 0; s < count; ++s) {
      trains.push_back(bin(archive.sample(list[s].id), binning));
    }
    Runner runner(std::string("golden:spu?geometry=") + geometry, map_network(network, preset(geometry)));
    const RunResult counts = runner.run(trains);
    size_t right = 0;
    for (size_t s = 0; s < count; ++s) {
      const auto first = counts.values.begin() + static_cast<std::ptrdiff_t>(s * counts.outputs);
      right += std::max_element(first, first + static_cast<std::ptrdiff_t>(counts.outputs)) - first ==
               list[s].label;
    }
    return right;
  }

  std::filesystem::path folder_;
};

TEST_F(Published, TheNmnistNetworkOfLoihiClassifiesAllHundredSamples) {
  EXPECT_EQ(correct(nmnist(), "mesh5", kLoihiBinning, 100), 100u);
}

TEST_F(Published, TheNmnistNetworkSurvivesFewBits) {
  // A plain quantiser, one step a layer, gets 40, 39, 18 and 2 of the first 40 at 6, 4, 3 and 2 bits.
  for (const auto& [bits, least] : {std::pair{6, 40u}, {4, 40u}, {3, 40u}, {2, 38u}}) {
    QuantiseOptions options;
    options.bits = bits;
    EXPECT_GE(correct(requantise(nmnist(), options).network, "mesh5", kLoihiBinning, 40), least)
        << bits << " bits";
  }
}

TEST_F(Published, TheConvolutionalNetworkClassifiesAsItsReference) {
  // With a reset to a value the reference gets all hundred.
  DiscretiseOptions options;
  options.convention = reference::spiking::preset("sinabs");
  options.convention.reset = reference::spiking::Reset::kToValue;
  const FloatNetwork network = discretise(read_nir(folder_ / "nir" / "cnn_sinabs.nir"), options);
  EXPECT_GE(correct(quantise(network, {}).network, "mesh4", {}, 100), 99u);
}

TEST_F(Published, TheOthersFitTheirDevices) {
  const IntegerNetwork mnist = read_net(folder_ / "loihi_mnist" / "trained_mnist_network.net");
  for (const char* geometry : {"mesh5", "mesh4", "mesh16"}) {
    EXPECT_TRUE(check_program(map_network(mnist, preset(geometry))).empty()) << geometry;
  }
  DiscretiseOptions options{1e-4, reference::spiking::preset("norse")};
  for (const char* file : {"lif_norse.nir", "lif_rockpool.nir", "two_lif_neurons.nir"}) {
    const FloatNetwork network = discretise(read_nir(folder_ / "nir" / file), options);
    EXPECT_TRUE(check_program(map_network(quantise(network, {}).network, preset("tiny"))).empty()) << file;
  }
}

}  // namespace
}  // namespace photic::host::snn::test
