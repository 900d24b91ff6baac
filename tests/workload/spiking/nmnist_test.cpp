// SPDX-License-Identifier: Apache-2.0
// The 2312-512-10 network trained with SLAYER for Loihi, on the hundred test recordings of N-MNIST.
#include "tests/workload/spiking/published.h"

namespace photic::tools {
namespace {

constexpr size_t kRecordings = 100;
constexpr double kHidden = 512, kClasses = 10;

class LoihiNmnist : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = test::data_folder() / "nmnist";
    if (!std::filesystem::exists(folder)) {
      GTEST_SKIP() << "skipped: no data";
    }
    network_ =
        *read_network(
             {folder / "network.yaml", {folder / "NMNISTFc1.txt.gz", folder / "NMNISTFc2.txt"}, {2, 34, 34}})
             .integers;
    ASSERT_EQ(network_.populations.size(), 2u);
  }

  static std::vector<Sample> recordings(size_t count) {
    const auto samples = open_samples({.data = "nmnist", .list = {}, .encode = "nearest"});
    return test::take(*samples, 0, count, 0);
  }

  host::snn::IntegerNetwork network_;
};

TEST_F(LoihiNmnist, ClassifiesEveryRecordingWithTheSpikesOfItsAuthorsNetwork) {
  const host::snn::Program program = test::program_of(network_, "mesh5", true);
  const std::vector<Sample> samples = recordings(kRecordings);
  host::snn::Runner runner("golden:spu?geometry=mesh5", program);
  const host::snn::RunResult result = runner.run(test::inputs_of(samples));
  EXPECT_EQ(test::correct(program, result, 1, samples), kRecordings);
  const auto events = static_cast<double>(test::input_events(samples)) / kRecordings;
  const auto hidden = static_cast<double>(test::spikes(program, result, 0)) / kRecordings;
  EXPECT_NEAR(events, 3826.8, 0.05);
  EXPECT_NEAR(hidden, 1061, 0.5);
  EXPECT_NEAR(events * kHidden + hidden * kClasses, 1.970e6, 500);
}

// The rows of a pixel whose weights into a core are all 0 need not be there, so a device adds a little less
// than every weight of every spike.
TEST_F(LoihiNmnist, AddsTheWeightsThatAreNotZeroAndFewMore) {
  const host::snn::Program program = test::program_of(network_, "mesh5", true);
  const std::vector<Sample> samples = recordings(kRecordings);
  host::snn::Runner runner("golden:spu?geometry=mesh5", program);
  const host::snn::RunResult result = runner.run(test::inputs_of(samples));
  uint64_t added = 0;
  const std::vector<host::snn::UnitCounters> units = runner.counters();
  for (size_t core = 0; core + 1 < units.size(); ++core) {
    added += units[core][static_cast<size_t>(abi::SpuCounter::SYNAPTIC_OPS)];
  }
  const auto& first = std::get<host::snn::DenseSynapses>(network_.connections[0].synapses).weights;
  const size_t inputs = graph::elements(network_.input_shape);
  std::vector<uint64_t> not_zero(inputs);
  for (size_t w = 0; w < first.size(); ++w) {
    not_zero[w % inputs] += first[w] != 0 ? 1 : 0;
  }
  uint64_t least = 0;
  for (const Sample& sample : samples) {
    for (const host::SpikeEvent& event : sample.input.events) {
      least += not_zero[event.index];
    }
  }
  EXPECT_GE(added, least);
  EXPECT_LE(static_cast<double>(added), static_cast<double>(test::input_events(samples)) * kHidden +
                                            static_cast<double>(test::spikes(program, result, 0)) * kClasses);
}

#ifdef PHOTIC_HARDWARE
TEST_F(LoihiNmnist, SpikesAlikeInSystemcAndGolden) {
  const host::snn::Program program = test::program_of(network_, "mesh5", true);
  const std::vector<Sample> samples = recordings(kRecordings);
  const test::Run systemc = test::run_on("systemc:spu?geometry=mesh5", program, samples);
  test::expect_the_same(systemc, test::run_on("golden:spu?geometry=mesh5", program, samples));
  EXPECT_EQ(test::correct(program, systemc.result, 1, samples), kRecordings);
}

TEST_F(LoihiNmnist, SpikesAlikeInRtlAndSystemcInTheSameCycles) {
  if (!test::has_rtl("mesh5")) {
    GTEST_SKIP() << "skipped: no RTL of mesh5 in this build";
  }
  const host::snn::Program program = test::program_of(network_, "mesh5", true);
  const std::vector<Sample> samples = recordings(2);
  test::expect_the_same_cycles(test::run_on("rtl:spu?geometry=mesh5", program, samples),
                               test::run_on("systemc:spu?geometry=mesh5", program, samples));
}
#endif

}  // namespace
}  // namespace photic::tools
